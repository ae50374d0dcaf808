package contracts

//go:generate go run ./internal/bindgen/generate
