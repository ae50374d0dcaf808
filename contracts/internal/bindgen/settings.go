package bindgen

// Settings are the compiler settings of everything that is deployed. foundry.toml repeats them for
// forge.
type Settings struct {
	EVMVersion string    `json:"evmVersion"`
	Optimizer  Optimizer `json:"optimizer"`
	ViaIR      bool      `json:"viaIR"`
	Metadata   Metadata  `json:"metadata"`
}

// Optimizer is the optimizer section of the compiler settings.
type Optimizer struct {
	Enabled bool `json:"enabled"`
	Runs    int  `json:"runs"`
}

// Metadata is the metadata section of the compiler settings. Without hash and CBOR trailer the
// bytecode depends on the code alone, not on comments or file names.
type Metadata struct {
	BytecodeHash string `json:"bytecodeHash"`
	AppendCBOR   bool   `json:"appendCBOR"`
}

// DeploySettings returns the settings of the artifacts.
func DeploySettings() Settings {
	return Settings{
		EVMVersion: "cancun",
		Optimizer:  Optimizer{Enabled: true, Runs: 1_000_000},
		ViaIR:      true,
		Metadata:   Metadata{BytecodeHash: "none", AppendCBOR: false},
	}
}
