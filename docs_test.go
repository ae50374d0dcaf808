package sdk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/internal/docs"
)

// loaders read the configurations that documents show, by the word after yaml.
var loaders = map[string]docs.Loader{
	"agent": func(data []byte) error { _, err := agent.Parse("a document", data, agent.Kinds{}); return err },
}

// TestDocuments builds every Go block of the Markdown files, loads their configurations, follows
// every link, and looks up every section of the protocol that a source file names.
func TestDocuments(t *testing.T) {
	documents, err := docs.ReadAll(".")
	require.NoError(t, err)
	require.NotEmpty(t, documents)
	sources, err := docs.Files(".", ".go", ".sol", ".yaml")
	require.NoError(t, err)

	t.Run("links", func(t *testing.T) { require.NoError(t, docs.CheckLinks(".", documents)) })
	t.Run("sources", func(t *testing.T) { require.NoError(t, docs.CheckSources(".", documents, sources)) })
	t.Run("data", func(t *testing.T) { require.NoError(t, docs.CheckData(documents, loaders)) })
	t.Run("programs", func(t *testing.T) { require.NoError(t, docs.CheckGo(t.Context(), ".", documents)) })
}
