using System.Runtime.ExceptionServices;

namespace ModelBuild;

/// <summary>The work that threads share at present.</summary>
internal unsafe struct ForkJoinRegion
{
    /// <summary>The function of a chunk.</summary>
    internal delegate*<void*, int, void> Body;

    /// <summary>Its first argument.</summary>
    internal void* Context;

    /// <summary>The first exception of a chunk, or null.</summary>
    internal ExceptionDispatchInfo? Failure;

    /// <summary>1 while a caller has the threads.</summary>
    internal LonelyInt32 IsBusy;

    /// <summary>The chunks that threads other than the caller have done.</summary>
    internal LonelyInt32 Done;
}
