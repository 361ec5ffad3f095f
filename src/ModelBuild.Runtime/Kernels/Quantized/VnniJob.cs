namespace ModelBuild.Kernels;

/// <summary>What the parts of <see cref="VnniDriver"/> pass on to each other.</summary>
internal unsafe struct VnniJob
{
    /// <summary>The product.</summary>
    internal DotProblem* Problem;

    /// <summary>Whether the routines requantise and store bytes; else they fill <see cref="Buffer"/>.</summary>
    internal bool ToBytes;

    /// <summary>Accumulators.</summary>
    internal int* Buffer;

    /// <summary>The operands of the present columns.</summary>
    internal DotPanelOperands* Operands;

    /// <summary>The number of panels of the present columns.</summary>
    internal int Panels;

    /// <summary>The first of the present columns, within the problem.</summary>
    internal int Column;

    /// <summary>The number of the present columns.</summary>
    internal int Columns;

    /// <summary>The arguments of the routine.</summary>
    internal VnniTileArguments Arguments;
}
