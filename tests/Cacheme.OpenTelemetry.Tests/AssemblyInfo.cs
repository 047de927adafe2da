using Xunit.Sdk;
using Xunit.v3;

// OpenTelemetry's SDK hears every meter of the process with a name, and lets go of all of them when one is disposed: an
// application beside the test's own would take its metrics away.
[assembly: Parallelization(Mode = ParallelMode.None)]
