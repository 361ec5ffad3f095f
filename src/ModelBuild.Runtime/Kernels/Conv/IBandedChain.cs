namespace ModelBuild.Kernels;

/// <summary>A kernel whose result is read by another one window by window, both by rows.</summary>
internal unsafe interface IBandedChain
{
    /// <summary>Computes lines of the first result.</summary>
    /// <param name="first">The first line.</param>
    /// <param name="end">The end of the lines.</param>
    /// <param name="lines">Receives them.</param>
    void Inner(int first, int end, float* lines);

    /// <summary>Computes rows of the second result.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="lines">The lines of the first result that their windows reach.</param>
    /// <param name="first">The first of these lines.</param>
    /// <param name="end">Their end.</param>
    /// <param name="memory">What the chain needs beside them.</param>
    void Outer(int row, int rows, float* lines, int first, int end, float* memory);
}
