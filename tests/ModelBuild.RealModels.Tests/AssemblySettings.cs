// The tests share one application, whose build uses all processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
