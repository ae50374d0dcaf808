package message

// ID is the Keccak-256 hash of all bytes of a message. It identifies the message everywhere: it is
// the leaf in the origin's Merkle tree and the key of the delivery record on the destination. The
// zero ID means "none".
type ID [32]byte

// ParseID reads 0x and 64 hexadecimal digits of either case.
func ParseID(s string) (ID, error) {
	return parseHex[ID]("message ID", "0x and 64 hexadecimal digits", s)
}

// MustParseID is [ParseID] for constants: it panics where ParseID returns an error.
func MustParseID(s string) ID {
	id, err := ParseID(s)
	if err != nil {
		panic(err)
	}
	return id
}

// IsZero reports whether all bytes are zero. No message has that ID.
func (id ID) IsZero() bool { return id == ID{} }

// String returns 0x and 64 lower-case hexadecimal digits.
func (id ID) String() string { return string(appendHex(nil, id)) }

// AppendText appends the form of [ID.String] to b.
func (id ID) AppendText(b []byte) ([]byte, error) { return appendHex(b, id), nil }

// MarshalText returns the form of [ID.String].
func (id ID) MarshalText() ([]byte, error) { return appendHex(nil, id), nil }

// UnmarshalText reads what [ParseID] reads. On an error id keeps its value.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
