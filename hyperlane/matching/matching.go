package matching

import (
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"

	"github.com/hyperlane-go/sdk/message"
)

// List is a whitelist or blacklist in the JSON of the network's agents:
//
//	[{"messageId":"*","originDomain":[1,10],"senderAddress":"0x…","destinationDomain":"*","recipientAddress":["0x…"],"bodyRegex":"^00"}]
//
// A message matches the list when it matches one of its rules. A list without rules, null included,
// matches nothing. In both places it means "no restriction": a caller skips a whitelist without
// rules.
type List []Rule

// Rule is one element of a List. A message matches when every field does. The zero Rule matches
// every message.
//
// In each field nil means "*", any value. A slice that is empty and not nil matches nothing; in
// JSON it is [].
type Rule struct {
	MessageID         []message.ID
	OriginDomain      []message.Domain
	SenderAddress     []message.Address
	DestinationDomain []message.Domain
	RecipientAddress  []message.Address
	// BodyRegex is searched, unanchored, in the lower-case hexadecimal digits of the body, without
	// 0x in front. Nil matches any body.
	//
	// The syntax is Go's (RE2). The network's agents use the Rust crate regex, which shares nearly
	// all of it. Class operators such as [a-z&&[^b]], \u{...}, the flags x and R, and \b{start}
	// exist only there. They are refused here and never read with another meaning.
	BodyRegex *regexp.Regexp
}

// Match reports whether a rule of the list matches m. It is false for a list without rules.
func (l List) Match(m *message.Message) bool {
	return slices.ContainsFunc(l, func(r Rule) bool { return r.Match(m) })
}

// Match reports whether every field of the rule matches m.
func (r Rule) Match(m *message.Message) bool {
	return oneOf(r.OriginDomain, m.Origin) &&
		oneOf(r.DestinationDomain, m.Destination) &&
		oneOf(r.SenderAddress, m.Sender) &&
		oneOf(r.RecipientAddress, m.Recipient) &&
		(r.MessageID == nil || slices.Contains(r.MessageID, m.ID())) &&
		(r.BodyRegex == nil || r.BodyRegex.MatchString(hex.EncodeToString(m.Body)))
}

func oneOf[T comparable](list []T, v T) bool { return list == nil || slices.Contains(list, v) }

// ParseList reads the JSON form.
func Parse(text string) (List, error) {
	var l List
	if err := l.UnmarshalJSON([]byte(text)); err != nil {
		return nil, err
	}
	return l, nil
}

// MarshalJSON returns the JSON form: one value alone, several as an array, "*" left out.
func (l List) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("null"), nil
	}
	rules := make([]map[string]any, len(l))
	for i, r := range l {
		rules[i] = map[string]any{}
		put(rules[i], "messageId", r.MessageID)
		put(rules[i], "originDomain", r.OriginDomain)
		put(rules[i], "senderAddress", r.SenderAddress)
		put(rules[i], "destinationDomain", r.DestinationDomain)
		put(rules[i], "recipientAddress", r.RecipientAddress)
		if r.BodyRegex != nil {
			rules[i]["bodyRegex"] = r.BodyRegex.String()
		}
	}
	return json.Marshal(rules)
}

func put[T any](rule map[string]any, key string, list []T) {
	switch {
	case list == nil:
	case len(list) == 1:
		rule[key] = list[0]
	default:
		rule[key] = list
	}
}
