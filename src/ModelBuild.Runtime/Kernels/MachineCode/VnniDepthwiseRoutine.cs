namespace ModelBuild.Kernels;

/// <summary>The depthwise routines of this process, each generated and mapped at its first use.</summary>
internal static unsafe class VnniDepthwiseRoutine
{
    private static nint s_bands;
    private static nint s_clampedBands;
    private static nint s_pairs;
    private static nint s_clampedPairs;
    private static nint s_lines;
    private static nint s_clampedLines;

    /// <summary>The routine of copied lines, or null where routines do not run or the operating system gave no more executable memory.</summary>
    /// <param name="clampsInFloat">Whether scaled sums can be above all 32-bit integers.</param>
    internal static void* FindBands(bool clampsInFloat)
    {
        ref nint known = ref clampsInFloat ? ref s_clampedBands : ref s_bands;
        nint routine = Volatile.Read(ref known);
        return routine != 0 ? (void*)routine
            : MachineCodeSupport.IsAvailable ? ExecutableMemory.Publish(ref known, VnniDepthwiseEmitter.Emit(clampsInFloat, OperatingSystem.IsWindows())) : null;
    }

    /// <summary>The routine of pairs of lines, or null as above.</summary>
    /// <param name="clampsInFloat">Whether scaled sums can be above all 32-bit integers.</param>
    internal static void* FindPairs(bool clampsInFloat)
    {
        ref nint known = ref clampsInFloat ? ref s_clampedPairs : ref s_pairs;
        nint routine = Volatile.Read(ref known);
        return routine != 0 ? (void*)routine
            : MachineCodeSupport.IsAvailable ? ExecutableMemory.Publish(ref known, VnniDepthwisePairsEmitter.Emit(clampsInFloat, OperatingSystem.IsWindows())) : null;
    }

    /// <summary>The routine of single lines, or null as above.</summary>
    /// <param name="clampsInFloat">Whether scaled sums can be above all 32-bit integers.</param>
    internal static void* FindLines(bool clampsInFloat)
    {
        ref nint known = ref clampsInFloat ? ref s_clampedLines : ref s_lines;
        nint routine = Volatile.Read(ref known);
        return routine != 0 ? (void*)routine
            : MachineCodeSupport.IsAvailable ? ExecutableMemory.Publish(ref known, VnniDepthwiseLinesEmitter.Emit(clampsInFloat, OperatingSystem.IsWindows())) : null;
    }
}
