using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Calls the generated routines.</summary>
internal static unsafe class VnniCall
{
    /// <summary>Dot products of one call: a few microseconds, in which this thread cannot be stopped for a garbage collection.</summary>
    internal const int MostDots = 1 << 14;

    /// <summary>A single tile with more than this is called in the way that lets a garbage collection go on.</summary>
    private const int DotsWithoutTransition = 1 << 16;

    /// <summary>Calls a routine; <paramref name="dots"/> are those of one tile.</summary>
    internal static void Run(void* routine, VnniTileArguments* arguments, long dots)
    {
        if (dots <= DotsWithoutTransition)
        {
            ((delegate* unmanaged[SuppressGCTransition]<VnniTileArguments*, void>)routine)(arguments);
        }
        else
        {
            CallWithTransition(routine, arguments);
        }
    }

    /// <summary>On its own, because a method with such a call prepares for it wherever it begins.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CallWithTransition(void* routine, VnniTileArguments* arguments) =>
        ((delegate* unmanaged<VnniTileArguments*, void>)routine)(arguments);
}
