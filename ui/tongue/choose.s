// Functions without a body need a file in assembler beside them: see choose.go.
