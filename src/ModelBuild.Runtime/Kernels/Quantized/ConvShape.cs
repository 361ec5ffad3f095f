using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The geometry of a convolution over NHWC bytes.</summary>
internal readonly unsafe struct ConvShape
{
    /// <summary>Room behind a padded image, so that the last group of four may be read whole.</summary>
    private const int Slack = 4;

    /// <summary>The most bytes of a padded line that is filled before its input is copied into it.</summary>
    private const int NarrowLine = 128;

    private readonly int _inH;
    private readonly int _inW;
    private readonly int _outC;
    private readonly int _kernelH;
    private readonly int _kernelW;
    private readonly int _strideH;
    private readonly int _strideW;
    private readonly int _padTop;
    private readonly int _padLeft;
    private readonly int _dilationH;
    private readonly int _dilationW;

    /// <summary>Creates the geometry from the literals of a call.</summary>
    internal ConvShape(
        int batch,
        int inH,
        int inW,
        int inC,
        int outH,
        int outW,
        int outC,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW,
        int groups)
    {
        Batch = batch;
        _inH = inH;
        _inW = inW;
        InC = inC;
        OutH = outH;
        OutW = outW;
        _outC = outC;
        _kernelH = kernelH;
        _kernelW = kernelW;
        _strideH = strideH;
        _strideW = strideW;
        _padTop = padTop;
        _padLeft = padLeft;
        _dilationH = dilationH;
        _dilationW = dilationW;
        Groups = groups;
    }

    /// <summary>The number of images.</summary>
    internal int Batch { get; }

    /// <summary>The input channels.</summary>
    internal int InC { get; }

    /// <summary>The output height.</summary>
    internal int OutH { get; }

    /// <summary>The output width.</summary>
    internal int OutW { get; }

    /// <summary>The number of groups.</summary>
    internal int Groups { get; }

    /// <summary>The bytes of one image.</summary>
    internal nint ImageLength => (nint)_inH * _inW * InC;

    /// <summary>The bytes of the input.</summary>
    internal long InputLength => (long)Batch * ImageLength;

    /// <summary>The elements of the output.</summary>
    internal long OutputLength => (long)Batch * OutH * OutW * _outC;

    /// <summary>The rows that the windows touch, from the first one's top.</summary>
    private int ReachH => ((OutH - 1) * _strideH) + ((_kernelH - 1) * _dilationH) + 1;

    /// <summary>The columns that the windows touch, from the first one's left.</summary>
    private int ReachW => ((OutW - 1) * _strideW) + ((_kernelW - 1) * _dilationW) + 1;

    /// <summary>Whether a window leaves the input.</summary>
    internal bool IsPadded => _padTop != 0 || _padLeft != 0 || ReachH > _inH || ReachW > _inW;

    /// <summary>The bytes of one padded image, or 0 where none is needed.</summary>
    internal int ScratchLength => IsPadded ? checked((ReachH * ReachW * InC) + Slack) : 0;

    /// <summary>The product over all windows of one group; images are one after the other.</summary>
    internal DotProblem Problem(byte* x, sbyte* w)
    {
        nint line = (nint)(IsPadded ? ReachW : _inW) * InC;
        DotRuns runs = ConvU8S8Packing.Runs(InC, _kernelH, _kernelW, _dilationW, Groups);
        runs.OuterStride = line * _dilationH;
        runs.InnerStride = (nint)InC * _dilationW;
        return new DotProblem
        {
            X = x,
            XEnd = x + InputLength,
            W = w,
            N = _outC / Groups,
            Width = OutW,
            Height = OutH,
            Images = Batch,
            ColumnStep = (nint)InC * _strideW,
            LineStep = line * _strideH,
            ImageStep = ImageLength,
            Runs = runs,
            XScale = 1f,
        };
    }

    /// <summary>Copies one image into a frame of <paramref name="fill"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void CopyPadded(byte* image, byte* padded, byte fill)
    {
        var rows = new PaddedRows(this, image, padded, fill);
        long work = 2L * ScratchLength;
        if (ThreadTeam.For(work) is { } team)
        {
            SharedRange.Run(team, rows, ReachH, 1, work);
        }
        else
        {
            rows.Run(0, ReachH);
        }

        ByteRows.Fill(padded + ((nint)ReachH * ReachW * InC), Slack, fill);
    }

    /// <summary>The rows of a padded image.</summary>
    private readonly struct PaddedRows(ConvShape shape, byte* image, byte* padded, byte fill) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            int line = shape.ReachW * shape.InC;
            int left = Math.Min(shape._padLeft, shape.ReachW) * shape.InC;
            int copied = Math.Clamp(shape.ReachW - shape._padLeft, 0, shape._inW) * shape.InC;
            byte* target = padded + (first * line);
            if (line <= NarrowLine && (end - first) * line <= int.MaxValue)
            {
                // Pads of a few bytes take longer one by one than all of it.
                ByteRows.Fill(target, (int)(end - first) * line, fill);
                nint from = Math.Max(first, shape._padTop);
                nint to = Math.Min(end, (nint)shape._padTop + shape._inH);
                for (nint row = from; row < to; row++)
                {
                    ByteRows.Copy(image + ((row - shape._padTop) * shape._inW * shape.InC), padded + (row * line) + left, copied);
                }

                return;
            }

            for (nint row = first; row < end; row++, target += line)
            {
                nint source = row - shape._padTop;
                if (source < 0 || source >= shape._inH)
                {
                    ByteRows.Fill(target, line, fill);
                    continue;
                }

                ByteRows.Fill(target, left, fill);
                ByteRows.Copy(image + (source * shape._inW * shape.InC), target + left, copied);
                ByteRows.Fill(target + left + copied, line - left - copied, fill);
            }
        }
    }
}
