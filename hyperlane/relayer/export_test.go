package relayer

// PackProcess lets the tests over contracts compare it with the binding.
var PackProcess = packProcess
