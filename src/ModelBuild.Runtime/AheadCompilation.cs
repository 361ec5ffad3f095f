using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild;

/// <summary>
/// Compiles a predictor's code on a thread of its own while the weights are opened and the first call compiles other parts of it: most of what the first result takes under
/// a JIT. Does nothing where code is native already, kernels came compiled or the process has one processor.
/// </summary>
public static class AheadCompilation
{
    private static readonly bool s_areKernelsCompiledHere = AreKernelsCompiledHere();

    /// <summary>Starts it before there are weights; called by constructors of generated predictors.</summary>
    /// <param name="steps">Runs steps over weights that are all zero, the last ones of a call first because its own thread begins with the others.</param>
    /// <param name="weightsBytes">Bytes of the weights.</param>
    /// <param name="scratchBytes">Bytes of the memory of a call.</param>
    /// <param name="options">The predictor's options.</param>
    public static void Start(Action<PredictorWeights, ScratchPool, Scratch> steps, long weightsBytes, long scratchBytes, PredictorOptions? options)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (IsWanted(options))
        {
            StartThread(() => Run(steps, weightsBytes, scratchBytes));
        }
    }

    /// <summary>Starts it for steps that no other weights suit; called by constructors of generated predictors.</summary>
    /// <param name="scratch">The memory of calls.</param>
    /// <param name="steps">Runs steps over zeros, the last ones of a call first because its own thread begins with the others.</param>
    /// <param name="options">The predictor's options.</param>
    public static void Start(ScratchPool scratch, Action<Scratch> steps, PredictorOptions? options)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentNullException.ThrowIfNull(steps);
        if (IsWanted(options))
        {
            StartThread(() => Run(scratch, steps));
        }
    }

    /// <summary>Whether there is something to compile, a processor that has time for it, and no wish against it.</summary>
    internal static bool IsWanted(PredictorOptions? options) => s_areKernelsCompiledHere && Environment.ProcessorCount > 1 && options?.CompilesAhead != false;

    /// <summary>Starts a thread; null where there is no memory for one, and calls compile what they need.</summary>
    internal static Thread? StartThread(Action run)
    {
        try
        {
            var thread = new Thread(() => Try(run)) { IsBackground = true, Name = "ModelBuild compilation" };
            thread.UnsafeStart();
            return thread;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Runs steps over memory of their own.</summary>
    internal static void Run(ScratchPool pool, Action<Scratch> steps)
    {
        using Scratch scratch = pool.Create();
        steps(scratch);
    }

    /// <summary>Runs steps over weights and memory of their own.</summary>
    internal static void Run(Action<PredictorWeights, ScratchPool, Scratch> steps, long weightsBytes, long scratchBytes)
    {
        using var weights = PredictorWeights.Zeros(weightsBytes);
        using var pool = new ScratchPool(weights, scratchBytes);
        Run(pool, scratch => steps(weights, pool, scratch));
    }

    /// <summary>Whether a JIT compiles what chooses by instruction set: an application that was compiled ahead has code for it, which another processor does not take.</summary>
    private static bool AreKernelsCompiledHere()
    {
        if (!RuntimeFeature.IsDynamicCodeCompiled)
        {
            return false;
        }

        long before = JitInfo.GetCompiledMethodCount(currentThread: true);
        _ = VectorBits();
        return JitInfo.GetCompiledMethodCount(currentThread: true) != before;
    }

    /// <summary>Stands for the kernels.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int VectorBits() => Avx512F.IsSupported ? 512 : Avx2.IsSupported ? 256 : 128;

    private static void Try(Action run)
    {
        try
        {
            run();
        }
        catch (Exception)
        {
            // A kernel that refuses zeros, a predictor that is disposed already, no memory: a call tells if it concerns it.
        }
    }
}
