package contracts_test

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/contracts/internal/bindgen"
)

// bindings are all bindings, each with the artifacts of the contracts that it serves.
var bindings = []struct {
	binding any
	serves  []*contracts.Artifact
}{
	{contracts.Mailbox{}, []*contracts.Artifact{contracts.MailboxArtifact, contracts.OutboxArtifact, contracts.InboxArtifact}},
	{contracts.MerkleTreeHook{}, []*contracts.Artifact{
		contracts.MerkleTreeHookArtifact, contracts.IMerkleTreeHookArtifact, contracts.IPostDispatchHookArtifact,
	}},
	{contracts.IMultisigIsm{}, []*contracts.Artifact{
		contracts.IMultisigIsmArtifact, contracts.StaticMessageIdMultisigIsmArtifact, contracts.StaticMerkleRootMultisigIsmArtifact,
		contracts.NoopIsmArtifact, contracts.IInterchainSecurityModuleArtifact,
	}},
	{contracts.IStaticMultisigIsmFactory{}, []*contracts.Artifact{
		contracts.IStaticMultisigIsmFactoryArtifact,
		contracts.StaticMessageIdMultisigIsmFactoryArtifact, contracts.StaticMerkleRootMultisigIsmFactoryArtifact,
	}},
	{contracts.IMessageRecipient{}, []*contracts.Artifact{contracts.IMessageRecipientArtifact}},
	{contracts.Router{}, []*contracts.Artifact{
		contracts.RouterArtifact, contracts.MailboxClientArtifact, contracts.ISpecifiesInterchainSecurityModuleArtifact,
	}},
	{contracts.HelloWorld{}, []*contracts.Artifact{contracts.HelloWorldArtifact}},
	{contracts.ValidatorAnnounce{}, []*contracts.Artifact{contracts.ValidatorAnnounceArtifact}},
	{contractstest.TestHook{}, []*contracts.Artifact{contractstest.TestHookArtifact}},
	{contractstest.TestRecipient{}, []*contracts.Artifact{contractstest.TestRecipientArtifact}},
}

func TestEveryArtifactIsBound(t *testing.T) {
	artifacts, err := bindgen.ReadArtifacts(".")
	require.NoError(t, err)
	var want, have []string
	for _, a := range artifacts {
		want = append(want, a.Contract)
	}
	for _, b := range bindings {
		for _, a := range b.serves {
			have = append(have, a.Contract)
		}
	}
	assert.ElementsMatch(t, want, have)
}

// Whatever a binding packs and unpacks is what accounts/abi makes of the JSON ABI of each contract
// that it serves, and no function and no event is left out.
func TestBindingsFollowTheABI(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, b := range bindings {
		binding := reflect.ValueOf(b.binding)
		for _, artifact := range b.serves {
			t.Run(binding.Type().Name()+" for "+artifact.Contract, func(t *testing.T) {
				parsed := artifact.ABI()
				var functions, events []string
				for i := range binding.NumMethod() {
					name, call := binding.Type().Method(i).Name, binding.Method(i)
					if event, ok := strings.CutSuffix(name, "Event"); ok {
						if followsEvent(t, random, parsed, strings.TrimPrefix(event, "Unpack"), call) {
							events = append(events, event)
						}
					}
					if name, ok := strings.CutPrefix(name, "Pack"); ok {
						if signature := followsFunction(t, random, parsed, call, binding.MethodByName("Unpack"+name)); signature != "" {
							functions = append(functions, signature)
						}
					}
				}
				for _, f := range parsed.Methods {
					assert.Contains(t, functions, f.Sig)
				}
				assert.Len(t, functions, len(parsed.Methods), "each once")
				assert.Len(t, events, len(parsed.Events))
			})
		}
	}
}

// followsFunction compares a packer and an unpacker (which may be missing) with the ABI and returns
// the signature of the function; nothing when this contract has not that function.
func followsFunction(t *testing.T, random *rand.Rand, parsed abi.ABI, pack, unpack reflect.Value) string {
	t.Helper()
	for range 20 {
		var arguments []reflect.Value
		var values []any
		for i := range pack.Type().NumIn() {
			arguments = append(arguments, randomValue(random, pack.Type().In(i)))
			values = append(values, arguments[i].Interface())
		}
		data := pack.Call(arguments)[0].Bytes()
		f, err := parsed.MethodById(data)
		if err != nil {
			return ""
		}
		want, err := parsed.Pack(f.Name, values...)
		require.NoError(t, err, f.Sig)
		require.Equal(t, want, data, f.Sig)
		if unpack.IsValid() {
			followsOutputs(t, random, f, unpack)
		}
		if len(arguments) == 0 {
			break
		}
	}
	f, err := parsed.MethodById(pack.Call(zeros(pack.Type()))[0].Bytes())
	require.NoError(t, err)
	return f.Sig
}

func zeros(f reflect.Type) (values []reflect.Value) {
	for i := range f.NumIn() {
		values = append(values, randomValue(rand.New(rand.NewPCG(0, 0)), f.In(i)))
	}
	return values
}

func followsOutputs(t *testing.T, random *rand.Rand, f *abi.Method, unpack reflect.Value) {
	t.Helper()
	var values []any
	for _, out := range f.Outputs {
		values = append(values, randomValue(random, out.Type.GetType()).Interface())
	}
	data, err := f.Outputs.Pack(values...)
	require.NoError(t, err, f.Sig)
	answer := unpack.Call([]reflect.Value{reflect.ValueOf(data)})
	require.Nil(t, answer[1].Interface(), f.Sig)
	have := []any{answer[0].Interface()}
	if len(f.Outputs) > 1 {
		have = fieldsOf(answer[0], len(f.Outputs))
	}
	again, err := f.Outputs.Pack(have...)
	require.NoError(t, err, f.Sig)
	require.Equal(t, data, again, f.Sig)
	for _, bad := range [][]byte{nil, data[:len(data)-1], append(slices.Clone(data), 0)} {
		require.NotNil(t, unpack.Call([]reflect.Value{reflect.ValueOf(bad)})[1].Interface(), "%s of %d bytes", f.Sig, len(bad))
	}
}

func fieldsOf(value reflect.Value, n int) (fields []any) {
	for i := range n {
		fields = append(fields, value.Field(i).Interface())
	}
	return fields
}

// followsEvent compares an unpacker of logs with the ABI; it returns false when this contract has
// not that event.
func followsEvent(t *testing.T, random *rand.Rand, parsed abi.ABI, name string, unpack reflect.Value) bool {
	t.Helper()
	event, ok := parsed.Events[name]
	if !ok {
		return false
	}
	log := &types.Log{Topics: []common.Hash{event.ID}}
	var values, indexed []any
	for _, in := range event.Inputs {
		value := randomValue(random, in.Type.GetType()).Interface()
		if in.Indexed {
			indexed = append(indexed, value)
			topics, err := abi.MakeTopics([]any{value})
			require.NoError(t, err)
			log.Topics = append(log.Topics, topics[0][0])
		} else {
			values = append(values, value)
		}
	}
	data, err := event.Inputs.NonIndexed().Pack(values...)
	require.NoError(t, err)
	log.Data = data
	answer := unpack.Call([]reflect.Value{reflect.ValueOf(log)})
	require.Nil(t, answer[1].Interface(), name)
	have := answer[0].Elem()
	for _, in := range event.Inputs {
		var want any
		if in.Indexed {
			want, indexed = indexed[0], indexed[1:]
		} else {
			want, values = values[0], values[1:]
		}
		assert.Equal(t, want, have.FieldByName(abi.ToCamelCase(in.Name)).Interface(), "%s: %s", name, in.Name)
	}
	assert.Same(t, log, have.FieldByName("Raw").Interface())
	return true
}

// randomValue returns a value of a type that accounts/abi uses; numbers fit in 40 bits.
func randomValue(random *rand.Rand, of reflect.Type) reflect.Value {
	value := reflect.New(of).Elem()
	switch of.Kind() {
	case reflect.Pointer:
		return reflect.ValueOf(new(big.Int).SetUint64(random.Uint64() >> 24))
	case reflect.Bool:
		value.SetBool(random.IntN(2) == 1)
	case reflect.String:
		value.SetString(strings.Repeat("ä", random.IntN(40)))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		value.SetUint(random.Uint64() >> (64 - of.Bits()))
	case reflect.Slice:
		value.Set(reflect.MakeSlice(of, random.IntN(70), 70))
		fallthrough
	case reflect.Array:
		for i := range value.Len() {
			value.Index(i).Set(randomValue(random, of.Elem()))
		}
	case reflect.Struct:
		for i := range value.NumField() {
			value.Field(i).Set(randomValue(random, of.Field(i).Type))
		}
	default:
		panic("no random " + of.String())
	}
	return value
}

// The table of errors is complete, names who declares each, and unpacks each as accounts/abi does.
func TestErrors(t *testing.T) {
	artifacts, err := bindgen.ReadArtifacts(".")
	require.NoError(t, err)
	declared := make(map[string][]string)
	errors := make(map[string]abi.Error)
	for _, a := range artifacts {
		parsed, err := abi.JSON(strings.NewReader(string(a.ABI)))
		require.NoError(t, err)
		for _, e := range parsed.Errors {
			if !a.TestOnly() {
				declared[e.Sig], errors[e.Sig] = append(declared[e.Sig], a.Contract), e
			}
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	previous := ""
	for e := range contracts.Errors() {
		want := errors[e.Sig]
		require.Equal(t, want.String(), e.String())
		assert.Equal(t, want.ID, e.ID)
		assert.Equal(t, declared[e.Sig], e.Contracts, e.Sig)
		delete(errors, e.Sig)
		assert.Less(t, previous, e.Name, "sorted")
		previous = e.Name

		found, ok := contracts.ErrorBySelector(e.Selector())
		assert.True(t, ok)
		assert.Equal(t, e, found)
		var values []any
		for _, in := range e.Inputs {
			values = append(values, randomValue(random, in.Type.GetType()).Interface())
		}
		data, err := want.Inputs.Pack(values...)
		require.NoError(t, err)
		typed, err := contracts.UnpackError(append(e.ID[:4:4], data...))
		require.NoError(t, err)
		have := reflect.ValueOf(typed).Elem()
		assert.Equal(t, e.Name, have.Type().Name())
		assert.Equal(t, values, fieldsOf(have, len(values)), e.Sig)
	}
	assert.Empty(t, errors, "declared by a contract, missing in the table")
	_, ok := contracts.ErrorBySelector([4]byte{1, 2, 3, 4})
	assert.False(t, ok)
	for range contracts.Errors() {
		break // a loop may stop
	}
}

// Revert data comes from outside: whatever it is, UnpackError answers and does not panic.
func TestUnpackError(t *testing.T) {
	known := crypto.Keccak256([]byte("InboxAlreadyDelivered(bytes32)"))
	for name, raw := range map[string][]byte{
		"nothing": nil, "three bytes": {1, 2, 3}, "another selector": {1, 2, 3, 4}, "Error(string)": common.FromHex("08c379a0"),
	} {
		_, err := contracts.UnpackError(raw)
		assert.ErrorIs(t, err, contracts.ErrUnknownError, name)
	}
	_, err := contracts.UnpackError(known[:4])
	assert.Error(t, err, "a known selector without its arguments")
	assert.NotErrorIs(t, err, contracts.ErrUnknownError)

	id := common.Hash{7}
	got, err := contracts.UnpackError(append(append([]byte{}, known[:4]...), id[:]...))
	require.NoError(t, err)
	assert.Equal(t, &contracts.InboxAlreadyDelivered{MessageId: id}, got)
}

// A log that lacks its data or a topic is an error, not an event full of zeros.
func TestUnpackEvent(t *testing.T) {
	mailbox := contracts.Mailbox{}
	id := contracts.DispatchTopic
	whole := &types.Log{Topics: []common.Hash{id, {}, {}, {}}, Data: append(make([]byte, 31), append([]byte{32}, make([]byte, 32)...)...)}
	_, err := mailbox.UnpackDispatchEvent(whole)
	require.NoError(t, err)
	for name, log := range map[string]*types.Log{
		"no topics":     {Data: whole.Data},
		"other event":   {Topics: []common.Hash{{1}, {}, {}, {}}, Data: whole.Data},
		"topic missing": {Topics: whole.Topics[:3], Data: whole.Data},
		"topic added":   {Topics: append(whole.Topics[:4:4], common.Hash{}), Data: whole.Data},
		"no data":       {Topics: whole.Topics},
		"data cut":      {Topics: whole.Topics, Data: whole.Data[:40]},
	} {
		_, err := mailbox.UnpackDispatchEvent(log)
		assert.Error(t, err, name)
	}
}

// Each of the three mailboxes has a constructor of its own. What a caller does to the code it was
// given stays with it.
func TestInitCode(t *testing.T) {
	owner, module := common.Address{1}, common.Address{2}
	for _, c := range []struct {
		artifact  *contracts.Artifact
		code      []byte
		arguments []any
	}{
		{contracts.MailboxArtifact, contracts.MailboxInitCode(1000, owner, module), []any{uint32(1000), owner, module}},
		{contracts.OutboxArtifact, contracts.OutboxInitCode(1000, owner), []any{uint32(1000), owner}},
		{contracts.InboxArtifact, contracts.InboxInitCode(1000, owner, module), []any{uint32(1000), owner, module}},
		{contracts.MerkleTreeHookArtifact, contracts.MerkleTreeHookInitCode(owner), []any{owner}},
		{contracts.HelloWorldArtifact, contracts.HelloWorldInitCode(owner, module), []any{owner, module}},
		{contracts.NoopIsmArtifact, contracts.NoopIsmInitCode(), nil},
	} {
		arguments, err := c.artifact.ABI().Pack("", c.arguments...)
		require.NoError(t, err)
		assert.Equal(t, append(c.artifact.Bytecode(), arguments...), c.code, c.artifact.Contract)
		clear(c.code)
		clear(c.artifact.Bytecode())
		assert.NotZero(t, c.artifact.Bytecode()[0], c.artifact.Contract)
		assert.NotEmpty(t, c.artifact.DeployedBytecode(), c.artifact.Contract)
	}
	assert.Empty(t, contracts.IMultisigIsmArtifact.Bytecode(), "an interface")
}
