using System.Runtime.CompilerServices;

namespace ModelBuild;

/// <summary>
/// Compiles a predictor's code on a thread of its own while the first call compiles other parts of it: most of what the first result takes under a JIT. Does nothing
/// where code is native already or the process has one processor.
/// </summary>
public static class AheadCompilation
{
    /// <summary>Starts it; called by constructors of generated predictors.</summary>
    /// <param name="scratch">The memory of calls.</param>
    /// <param name="steps">Runs steps over zeros, the last ones of a call first because its own thread begins with the others.</param>
    /// <param name="options">The predictor's options.</param>
    public static void Start(ScratchPool scratch, Action<Scratch> steps, PredictorOptions? options)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentNullException.ThrowIfNull(steps);
        if (IsWanted(options))
        {
            StartThread(scratch, steps);
        }
    }

    /// <summary>Whether there is something to compile, a processor that has time for it, and no wish against it.</summary>
    internal static bool IsWanted(PredictorOptions? options) => RuntimeFeature.IsDynamicCodeCompiled && Environment.ProcessorCount > 1 && options?.CompilesAhead != false;

    /// <summary>Starts the thread; null where there is no memory for one, and calls compile what they need.</summary>
    internal static Thread? StartThread(ScratchPool scratch, Action<Scratch> steps)
    {
        try
        {
            var thread = new Thread(() => Run(scratch, steps)) { IsBackground = true, Name = "ModelBuild compilation" };
            thread.UnsafeStart();
            return thread;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private static void Run(ScratchPool pool, Action<Scratch> steps)
    {
        try
        {
            using Scratch scratch = pool.Create();
            steps(scratch);
        }
        catch (Exception)
        {
            // A kernel that refuses zeros, a predictor that is disposed already, no memory: a call tells if it concerns it.
        }
    }
}
