package bindgen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/ethereum/go-ethereum/accounts/abi/abigen"
)

// Go packages of the bindings, and the folder of the second below contracts/.
const (
	deployedPackage = "contracts"
	supportPackage  = "contractstest"
)

// Bindings returns the generated Go files by path below contracts/.
func Bindings(artifacts []Artifact) (map[string][]byte, error) {
	files := make(map[string][]byte, len(artifacts))
	declared := map[string]map[string]string{deployedPackage: {}, supportPackage: {}}
	for i := range artifacts {
		a := &artifacts[i]
		pkg, file := deployedPackage, snakeCase(a.Contract)+"_gen.go"
		if a.TestOnly() {
			pkg, file = supportPackage, path.Join(supportPackage, file)
		}
		code, names, err := bindOne(a, pkg)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if other, ok := declared[pkg][name]; ok {
				return nil, fmt.Errorf("bindgen: %s and %s both yield the Go name %s; rename in Solidity", other, a.Contract, name)
			}
			declared[pkg][name] = a.Contract
		}
		files[file] = code
	}
	return files, nil
}

// declarer matches the library or contract that declares a struct; the contract's own name takes its place.
var declarer = regexp.MustCompile(`"internalType":"struct \w+\.`)

// bindOne runs abigen for one contract and reworks its output. It also returns the top-level names.
func bindOne(a *Artifact, pkg string) (code []byte, names []string, err error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, a.ABI); err != nil {
		return nil, nil, fmt.Errorf("bindgen: abi of %s: %w", a.Contract, err)
	}
	text := compact.String()
	short := declarer.ReplaceAllString(text, `"internalType":"struct `)
	bytecode := strings.TrimPrefix(a.Bytecode, "0x")
	raw, err := abigen.BindV2([]string{a.Contract}, []string{short}, []string{bytecode}, pkg, map[string]string{}, map[string]string{})
	if err != nil {
		return nil, nil, fmt.Errorf("bindgen: bind %s: %w", a.Contract, err)
	}
	if raw, err = reword(raw, a, pkg); err != nil {
		return nil, nil, err
	}
	return rework([]byte(raw), a.Contract, text)
}

// snakeCase turns StaticMessageIdMultisigIsm into static_message_id_multisig_ism and IMailbox into i_mailbox.
func snakeCase(name string) string {
	runes := []rune(name)
	var out strings.Builder
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) &&
			(!unicode.IsUpper(runes[i-1]) || (i+1 < len(runes) && unicode.IsLower(runes[i+1]))) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
