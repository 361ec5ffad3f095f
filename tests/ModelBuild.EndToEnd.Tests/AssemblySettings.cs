// Every test starts builds, each of which uses all processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
