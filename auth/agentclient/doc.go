// Package agentclient gets tokens from a running Claviger agent.
//
// A person signs in with Claviger; a program gets a fresh token in three lines, and
// neither opens a browser nor keeps a secret:
//
//	token, err := agentclient.New("").Token(ctx, agentclient.TokenRequest{Account: "work"})
//	if err != nil { … }
//	request.Header.Set("Authorization", token.Authorization())
//
// The agent knows which program asks (docs/agent-protocol.md). The first time, it asks
// the person, so a call can take as long as a person takes; ctx bounds it. If no agent
// runs, or it does not answer, the error wraps [ErrNoAgent].
//
// The package uses the standard library only.
package agentclient
