using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Calls the generated routines.</summary>
internal static unsafe class VnniCall
{
    /// <summary>Dot products of one call: a few microseconds, in which this thread cannot be stopped for a garbage collection.</summary>
    internal const int MostDots = 1 << 14;

    /// <summary>Bytes of weights that surely stay in a first-level cache.</summary>
    private const int FirstLevelBytes = 24 << 10;

    /// <summary>A single tile with more than this is called in the way that lets a garbage collection go on.</summary>
    private const int DotsWithoutTransition = 1 << 16;

    /// <summary>
    /// How many groups of panels, at most <paramref name="groups"/>, one call takes: a call costs as much as a hundred dot products. Their weights, which pass by once for each of two
    /// tile heights, stay in the first-level cache.
    /// </summary>
    /// <param name="groups">How many there are.</param>
    /// <param name="dots">The dot products of a group.</param>
    /// <param name="hasTwoHeights">Whether there are tiles of two heights.</param>
    /// <param name="weights">Bytes of weights of a group.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Groups(int groups, long dots, bool hasTwoHeights, nint weights)
    {
        if (dots * groups > MostDots)
        {
            groups = (int)(MostDots / dots);
        }

        return groups <= 1 || (hasTwoHeights && groups * weights > FirstLevelBytes) ? 1 : groups;
    }

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
