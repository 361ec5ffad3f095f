using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The lines of <see cref="AvxVnniDepthwise"/>: groups of four neighbouring columns, a group beginning every second column (every 32 bytes where these are several pixels).</summary>
internal static unsafe class AvxVnniDepthwiseLines
{
    /// <summary>Bytes that are handled together.</summary>
    internal const int Lanes = 32;

    /// <summary>Bytes of a group: four columns.</summary>
    internal const int GroupBytes = 4 * Lanes;

    /// <summary>Rows of the kernel.</summary>
    internal const int KernelRows = 3;

    /// <summary>The bytes of a column, in the order in which two interleavings bring the groups of four into the order of the channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Column(Vector256<byte> x) => Avx2.PermuteVar8x32(x.AsInt32(), Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7)).AsByte();

    /// <summary>The same of bytes in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Column(byte* x) => Column(Vector256.Load(x));

    /// <summary>Stores the group of four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector256<byte> a, Vector256<byte> b, Vector256<byte> c, Vector256<byte> d, byte* group)
    {
        Vector256<short> lower = Avx2.UnpackLow(a, b).AsInt16();
        Vector256<short> upper = Avx2.UnpackHigh(a, b).AsInt16();
        Vector256<short> lowerOthers = Avx2.UnpackLow(c, d).AsInt16();
        Vector256<short> upperOthers = Avx2.UnpackHigh(c, d).AsInt16();
        Avx2.UnpackLow(lower, lowerOthers).AsByte().Store(group);
        Avx2.UnpackHigh(lower, lowerOthers).AsByte().Store(group + Lanes);
        Avx2.UnpackLow(upper, upperOthers).AsByte().Store(group + (2 * Lanes));
        Avx2.UnpackHigh(upper, upperOthers).AsByte().Store(group + (3 * Lanes));
    }

    /// <summary>Rearranges a line of the input.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="block">The block of channels.</param>
    /// <param name="image">The image.</param>
    /// <param name="y">The line.</param>
    /// <param name="left">The column of the first group; may lie outside.</param>
    /// <param name="groups">The number of groups.</param>
    /// <param name="line">Receives the groups.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Arrange(DepthwiseProblem* problem, AvxVnniDepthwiseBlock* block, int image, int y, int left, int groups, byte* line)
    {
        nint channels = problem->Channels;
        byte* x = problem->X + ((((nint)image * problem->InH) + y) * problem->InW * channels);
        if (channels < Lanes)
        {
            byte* pixels = Pad(problem, block->Pixels, x, left, groups);
            for (int group = 0; group < groups; group++, pixels += Lanes, line += GroupBytes)
            {
                Store(Column(pixels), Column(pixels + channels), Column(pixels + (2 * channels)), Vector256<byte>.Zero, line);
            }

            return;
        }

        Vector256<byte> outside = Vector256.Create((byte)problem->XZeroPoint);
        uint width = (uint)problem->InW;
        x += block->Channel + (left * channels);
        Vector256<byte> a = (uint)left < width ? Column(x) : outside;
        Vector256<byte> b = (uint)(left + 1) < width ? Column(x + channels) : outside;
        for (int group = 0; group < groups; group++, line += GroupBytes)
        {
            left += 2;
            x += 2 * channels;
            Vector256<byte> c = (uint)left < width ? Column(x) : outside;
            Vector256<byte> d = (uint)(left + 1) < width ? Column(x + channels) : outside;
            Store(a, b, c, d, line);
            a = c;
            b = d;
        }
    }

    /// <summary>The sums of a line of outputs: one for each group, or two.</summary>
    /// <param name="rows">The lines of the three rows of taps.</param>
    /// <param name="steps">The bytes between their groups.</param>
    /// <param name="block">The operands.</param>
    /// <param name="groups">The number of groups.</param>
    /// <param name="arePairs">Whether a group has two outputs.</param>
    /// <param name="tile">Receives the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sum(byte** rows, nint* steps, AvxVnniDepthwiseBlock* block, int groups, bool arePairs, int* tile)
    {
        (nint step0, nint step1, nint step2) = (steps[0], steps[1], steps[2]);
        for (int part = 0; part < GroupBytes; part += Lanes, tile += Vector256<int>.Count)
        {
            byte* row0 = rows[0] + part;
            byte* row1 = rows[1] + part;
            byte* row2 = rows[2] + part;
            Vector256<int> start = Vector256.Load(block->Bias + (part / sizeof(int)));
            Vector256<sbyte> w0 = Vector256.Load(block->First + part);
            Vector256<sbyte> w1 = Vector256.Load(block->First + part + GroupBytes);
            Vector256<sbyte> w2 = Vector256.Load(block->First + part + (2 * GroupBytes));
            int* sums = tile;
            if (!arePairs)
            {
                for (int group = 0; group < groups; group++, sums += Lanes)
                {
                    Vector256<int> sum = AvxVnni.MultiplyWideningAndAdd(start, Vector256.Load(row0), w0);
                    sum = AvxVnni.MultiplyWideningAndAdd(sum, Vector256.Load(row1), w1);
                    AvxVnni.MultiplyWideningAndAdd(sum, Vector256.Load(row2), w2).Store(sums);
                    row0 += step0;
                    row1 += step1;
                    row2 += step2;
                }

                continue;
            }

            Vector256<sbyte> v0 = Vector256.Load(block->Second + part);
            Vector256<sbyte> v1 = Vector256.Load(block->Second + part + GroupBytes);
            Vector256<sbyte> v2 = Vector256.Load(block->Second + part + (2 * GroupBytes));
            for (int group = 0; group < groups; group++, sums += 2 * Lanes)
            {
                Vector256<byte> x0 = Vector256.Load(row0);
                Vector256<byte> x1 = Vector256.Load(row1);
                Vector256<byte> x2 = Vector256.Load(row2);
                Vector256<int> sum = AvxVnni.MultiplyWideningAndAdd(start, x0, w0);
                Vector256<int> next = AvxVnni.MultiplyWideningAndAdd(start, x0, v0);
                sum = AvxVnni.MultiplyWideningAndAdd(sum, x1, w1);
                next = AvxVnni.MultiplyWideningAndAdd(next, x1, v1);
                AvxVnni.MultiplyWideningAndAdd(sum, x2, w2).Store(sums);
                AvxVnni.MultiplyWideningAndAdd(next, x2, v2).Store(sums + Lanes);
                row0 += step0;
                row1 += step1;
                row2 += step2;
            }
        }
    }

    /// <summary>Copies a line of pixels between as many zero points as the groups reach.</summary>
    private static byte* Pad(DepthwiseProblem* problem, byte* target, byte* x, int left, int groups)
    {
        int channels = problem->Channels;
        int bytes = (groups * Lanes) + (2 * channels);
        int before = Math.Min(-left * channels, bytes);
        int inside = Math.Min(problem->InW * channels, bytes - before);
        byte zero = (byte)problem->XZeroPoint;
        ByteRows.Fill(target, before, zero);
        ByteRows.Copy(x, target + before, inside);
        ByteRows.Fill(target + before + inside, bytes - before - inside, zero);
        return target;
    }
}
