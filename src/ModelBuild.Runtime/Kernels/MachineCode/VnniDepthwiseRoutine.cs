namespace ModelBuild.Kernels;

/// <summary>The depthwise routine of this process, generated and mapped at its first use.</summary>
internal static unsafe class VnniDepthwiseRoutine
{
    private static nint s_routine;

    /// <summary>The routine, or null where routines do not run or the operating system gave no more executable memory.</summary>
    internal static void* Find()
    {
        nint routine = Volatile.Read(ref s_routine);
        return routine != 0 ? (void*)routine : MachineCodeSupport.IsAvailable ? ExecutableMemory.Publish(ref s_routine, VnniDepthwiseEmitter.Emit(OperatingSystem.IsWindows())) : null;
    }
}
