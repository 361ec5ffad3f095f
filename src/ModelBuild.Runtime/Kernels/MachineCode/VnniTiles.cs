using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The tile routines of this process. Each is generated and mapped at its first use and stays.</summary>
internal static unsafe class VnniTiles
{
    private const int RowSizes = VnniTileEmitter.MostRows + 1;
    private const int Sizes = (VnniTileEmitter.MaxPanels + 1) * RowSizes;

    private static readonly nint[] s_routines = new nint[((int)VnniTileResult.Floats + 1) * Sizes];

    /// <summary>Whether routines run in this process.</summary>
    internal static bool IsSupported => MachineCodeSupport.IsAvailable;

    /// <summary>The routine of a tile size, or null where the operating system gave no more executable memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void* Find(int rows, int panels, VnniTileResult result)
    {
        ref nint known = ref s_routines[((int)result * Sizes) + (panels * RowSizes) + rows];
        nint routine = Volatile.Read(ref known);
        return routine != 0 ? (void*)routine : Make(ref known, rows, panels, result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void* Make(ref nint known, int rows, int panels, VnniTileResult result) =>
        ExecutableMemory.Publish(ref known, VnniTileEmitter.Emit(rows, panels, result, OperatingSystem.IsWindows()));
}
