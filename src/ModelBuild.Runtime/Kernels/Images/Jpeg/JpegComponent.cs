using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>A colour component of a JPEG image.</summary>
internal struct JpegComponent
{
    /// <summary>Samples of a side of a block.</summary>
    public const int BlockSide = 8;

    /// <summary>Samples of a block.</summary>
    public const int BlockSize = 64;

    /// <summary>Its number in scans.</summary>
    public int Id;

    /// <summary>Its quantisation table.</summary>
    public int Table;

    /// <summary>Blocks beside each other in a unit of interleaved scans.</summary>
    public int Across;

    /// <summary>Blocks one below the other in a unit.</summary>
    public int Down;

    /// <summary>Columns of the image for each sample.</summary>
    public int StepX;

    /// <summary>Rows of the image for each sample.</summary>
    public int StepY;

    /// <summary>Samples of a row that belong to the image.</summary>
    public int Width;

    /// <summary>Rows that belong to the image.</summary>
    public int Height;

    /// <summary>Blocks of a row, with those that fill up the last unit.</summary>
    public int Columns;

    /// <summary>Rows of blocks, with those that fill up the last unit.</summary>
    public int Rows;

    /// <summary>Where its samples begin, block by block or row by row.</summary>
    public long Start;

    /// <summary>Samples, with those that fill up the last unit.</summary>
    public readonly long Length => (long)Columns * Rows * BlockSize;

    /// <summary>Samples from one row to the next.</summary>
    public readonly int Stride => Columns * BlockSide;

    /// <summary>The components of an image.</summary>
    [InlineArray(MostCount)]
    internal struct List
    {
        /// <summary>The most components of an image.</summary>
        public const int MostCount = 3;

        private JpegComponent _first;
    }
}
