using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The geometry of a convolution over NHWC bytes.</summary>
internal readonly unsafe struct ConvShape
{
    /// <summary>Room behind a padded image, so that the last group of four may be read whole.</summary>
    private const int Slack = 4;

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

    /// <summary>The bytes of the packed weights.</summary>
    internal long WeightsLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            DotRuns runs = ConvU8S8Packing.Runs(InC, _kernelH, _kernelW, _dilationW, Groups);
            return (long)Groups * DotPanel.Count(Groups == 1 ? _outC : _outC / Groups) * ((long)runs.Count * runs.Quads) * (4 * DotPanel.Columns);
        }
    }

    /// <summary>The rows that the windows touch, from the first one's top.</summary>
    private int ReachH => ((OutH - 1) * _strideH) + ((_kernelH - 1) * _dilationH) + 1;

    /// <summary>The columns that the windows touch, from the first one's left.</summary>
    private int ReachW => ((OutW - 1) * _strideW) + ((_kernelW - 1) * _dilationW) + 1;

    /// <summary>Whether a window leaves the input.</summary>
    internal bool IsPadded => _padTop != 0 || _padLeft != 0 || ReachH > _inH || ReachW > _inW;

    /// <summary>The bytes of one padded image, or 0 where none is needed.</summary>
    internal int ScratchLength => IsPadded ? checked((ReachH * ReachW * InC) + Slack) : 0;

    /// <summary>The product over all windows of one group; images are one after the other.</summary>
    /// <remarks>Every field is written once, where it stays: whoever reads what was just copied has to wait for the copy.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Describe(byte* x, sbyte* w, out DotProblem problem)
    {
        nint line = (nint)(IsPadded ? ReachW : _inW) * InC;
        DotRuns runs = ConvU8S8Packing.Runs(InC, _kernelH, _kernelW, _dilationW, Groups);
        problem.Runs.OuterCount = runs.OuterCount;
        problem.Runs.InnerCount = runs.InnerCount;
        problem.Runs.Quads = runs.Quads;
        problem.Runs.Length = runs.Length;
        problem.Runs.OuterStride = line * _dilationH;
        problem.Runs.InnerStride = (nint)InC * _dilationW;
        problem.X = x;
        problem.XEnd = x + InputLength;
        problem.W = w;
        problem.N = Groups == 1 ? _outC : _outC / Groups;
        problem.Width = OutW;
        problem.Height = OutH;
        problem.Images = Batch;
        problem.FirstRow = 0;
        problem.FirstColumn = 0;
        problem.ColumnStep = (nint)InC * _strideW;
        problem.LineStep = line * _strideH;
        problem.ImageStep = ImageLength;
        problem.Bias = null;
        problem.Scales = null;
        problem.FloatBias = null;
        problem.WeightZeroPoints = null;
        problem.ColumnSums = null;
        problem.XZeroPoint = 0;
        problem.XScale = 1f;
    }

    /// <summary>Copies one image into a frame of <paramref name="fill"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void CopyPadded(byte* image, byte* padded, byte fill)
    {
        long work = 2L * ScratchLength;
        if (ThreadTeam.For(work) is { } team)
        {
            SharedRange.Run(team, new PaddedRows(this, image, padded, fill), ReachH, 1, work);
        }
        else
        {
            CopyRows(image, padded, fill, 0, ReachH);
        }

        ByteRows.Fill(padded + ((nint)ReachH * ReachW * InC), Slack, fill);
    }

    /// <summary>Rows of the padded image, all in one go: what lies between the pixels of two rows is filled before those of the second are copied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyRows(byte* image, byte* padded, byte fill, nint first, nint end)
    {
        nint line = (nint)ReachW * InC;
        int left = Math.Min(_padLeft, ReachW) * InC;
        int copied = Math.Clamp(ReachW - _padLeft, 0, _inW) * InC;
        nint from = Math.Clamp(_padTop, first, end);
        nint to = Math.Clamp((nint)_padTop + _inH, from, end);
        byte* target = padded + (first * line);
        byte* last = padded + (end * line);
        nint before = ((from - first) * line) + (from < to ? left : 0);
        ByteRows.Fill(target, before, fill);
        target += before;
        nint source = (from - _padTop) * _inW * InC;
        Vector512<byte> values = Vector512.Create(fill);
        for (nint row = from; row < to; row++, source += (nint)_inW * InC)
        {
            ByteRows.Copy(image + source, target, copied);
            target += copied;
            nint gap = row == to - 1 ? (nint)(last - target) : line - copied;
            if (gap <= Vector512<byte>.Count && last - target >= Vector512<byte>.Count)
            {
                values.Store(target);
            }
            else
            {
                ByteRows.Fill(target, gap, fill);
            }

            target += gap;
        }
    }

    /// <summary>The rows of a padded image.</summary>
    private readonly struct PaddedRows(ConvShape shape, byte* image, byte* padded, byte fill) : ISharedRange
    {
        /// <inheritdoc/>
        public void Run(nint first, nint end) => shape.CopyRows(image, padded, fill, first, end);
    }
}
