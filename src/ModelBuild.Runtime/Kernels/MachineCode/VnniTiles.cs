using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The tile routines of this process. Each is generated and mapped at its first use and stays.</summary>
internal static unsafe class VnniTiles
{
    private const int Sizes = (VnniTileEmitter.MaxPanels + 1) * 16;

    private static readonly nint[] s_integers = new nint[Sizes];
    private static readonly nint[] s_bytes = new nint[Sizes];
    private static readonly nint[] s_floats = new nint[Sizes];

    /// <summary>Whether routines run in this process.</summary>
    internal static bool IsSupported => MachineCodeSupport.IsAvailable;

    /// <summary>The routine of a tile size, or null where the operating system gave no more executable memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void* Find(int rows, int panels, VnniTileResult result)
    {
        nint[] routines = result switch
        {
            VnniTileResult.Bytes => s_bytes,
            VnniTileResult.Floats => s_floats,
            _ => s_integers,
        };
        ref nint known = ref routines[(panels * 16) + rows];
        nint routine = Volatile.Read(ref known);
        return routine != 0 ? (void*)routine : ExecutableMemory.Publish(ref known, VnniTileEmitter.Emit(rows, panels, result, OperatingSystem.IsWindows()));
    }
}
