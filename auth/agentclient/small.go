package agentclient

// SmallProgram is the name of the program that does what claviger token does, and can do
// no more than ask the agent. Beside the claviger program, it counts as one of its
// commands.
const SmallProgram = "claviger-token"
