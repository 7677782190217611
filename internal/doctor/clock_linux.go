package doctor

// setClock are the commands that set the clock (timedatectl(1)).
func setClock() []string { return []string{"sudo timedatectl set-ntp true", "timedatectl"} }
