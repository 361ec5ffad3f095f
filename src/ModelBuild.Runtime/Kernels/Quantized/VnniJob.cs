namespace ModelBuild.Kernels;

/// <summary>What the parts of <see cref="VnniDriver"/> pass on to each other.</summary>
internal unsafe struct VnniJob
{
    /// <summary>The product.</summary>
    internal DotProblem* Problem;

    /// <summary>Rows of a line of the grid, where lines that follow each other are one.</summary>
    internal int Width;

    /// <summary>Lines of an image.</summary>
    internal int Height;

    /// <summary>Images.</summary>
    internal int Images;

    /// <summary>Bytes between lines.</summary>
    internal nint LineStep;

    /// <summary>What the routines store.</summary>
    internal VnniTileResult Result;

    /// <summary>Whether the bounds of the bytes that are stored are 0 and 255.</summary>
    internal bool IsWholeRange;

    /// <summary>Integers that an epilogue in C# converts, or null where the routines store the output.</summary>
    internal int* Buffer;

    /// <summary>The output, where the routines store it.</summary>
    internal byte* Y;

    /// <summary>Bytes between output rows.</summary>
    internal nint YStep;

    /// <summary>Bytes of an output element.</summary>
    internal int YElement;

    /// <summary>The operands of the present columns.</summary>
    internal DotPanelOperands* Operands;

    /// <summary>The number of panels of a tile.</summary>
    internal int Panels;

    /// <summary>The first of the present columns, within the problem.</summary>
    internal int Column;

    /// <summary>The number of the present columns.</summary>
    internal int Columns;

    /// <summary>How often as many panels make up the present columns.</summary>
    internal int Groups;

    /// <summary>The arguments of the routine.</summary>
    internal VnniTileArguments* Arguments;
}
