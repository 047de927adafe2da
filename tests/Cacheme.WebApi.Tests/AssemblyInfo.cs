using Xunit.Sdk;
using Xunit.v3;

// One sample at a time: metrics are the process's, and each host's exporter would hear the meters of the others.
[assembly: Parallelization(Mode = ParallelMode.None)]
