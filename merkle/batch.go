package merkle

// hashPairs sets dst[i] to the hash of src[2i] and src[2i+1]. dst may be the beginning of src.
func hashPairs(dst, src []Hash) {
	s := acquireSponge()
	defer releaseSponge(s)
	s.pairs(dst, src)
}
