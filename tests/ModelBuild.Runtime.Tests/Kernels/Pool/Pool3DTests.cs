using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Pool;

public sealed class Pool3DTests
{
    // Sums of at most 64 values below 3 in magnitude; one rounding of half an ulp of the running sum each.
    private const double MeanTolerance = 64 * 192 * Close.Ulp / 2;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EveryPoolEqualsTheDefinition(int seed)
    {
        var g = new Geometry(seed);
        float[] values = Samples.Uniform(g.Batch * g.Input[0] * g.Input[1] * g.Input[2] * g.Channels, seed);
        using var x = new GuardedMemory<float>(values);
        using var y = new GuardedMemory<float>(g.Batch * g.Output[0] * g.Output[1] * g.Output[2] * g.Channels);
        (List<float> Elements, int Padded)[] windows = [.. g.Windows(values)];

        Pool3D.Max<float>(x.Span, y.Span, g.Batch, g.Channels, g.Input, g.Output, g.Kernel, g.Strides, g.Pads, g.Dilations);
        Assert.Equal(windows.Select(w => w.Elements.Aggregate(float.NegativeInfinity, MathF.Max)), y.Span.ToArray());

        foreach (bool includePad in new[] { false, true })
        {
            Pool3D.AverageF32(x.Span, y.Span, g.Batch, g.Channels, g.Input, g.Output, g.Kernel, g.Strides, g.Pads, g.Dilations, includePad);
            for (int i = 0; i < windows.Length; i++)
            {
                int count = includePad ? windows[i].Padded : windows[i].Elements.Count;
                Close.AssertEqual(count == 0 ? 0 : windows[i].Elements.Sum(v => (double)v) / count, y.Span[i], MeanTolerance, Close.Ulp, $"seed {seed}, {includePad}");
            }
        }

        Pool3D.LpF32(x.Span, y.Span, g.Batch, g.Channels, g.Input, g.Output, g.Kernel, g.Strides, g.Pads, g.Dilations, 2);
        for (int i = 0; i < windows.Length; i++)
        {
            Close.AssertEqual(Math.Sqrt(windows[i].Elements.Sum(v => (double)v * v)), y.Span[i], 0, Close.Ulp, "L2");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void IndicesPointAtTheMaximaAndTheInversePutsThemBack(int seed)
    {
        var g = new Geometry(seed);
        int planes = g.Batch * g.Channels;
        int[] shuffled = [.. Enumerable.Range(1, planes * g.Input[0] * g.Input[1] * g.Input[2])];
        new Random(seed).Shuffle(shuffled);
        int[] y = new int[planes * g.Output[0] * g.Output[1] * g.Output[2]];
        long[] indices = new long[y.Length];

        MaxPoolIndices.Run<int>(shuffled, y, indices, planes, g.Input, g.Output, g.Kernel, g.Strides, g.Pads, g.Dilations, columnMajor: false);
        Assert.All(indices.Zip(y), p => Assert.Equal(p.Second, p.First < 0 ? int.MinValue : shuffled[p.First]));

        long[] kept = [.. indices.Where(i => i >= 0)];
        int[] back = new int[shuffled.Length];
        MaxPoolIndices.Unpool<int>([.. kept.Select(i => shuffled[i])], kept, back, planes, g.Input, g.Input);
        Assert.Equal(shuffled.Select((v, i) => kept.Contains(i) ? v : 0), back);
    }

    [Fact]
    public void ColumnMajorCountsWithTheFirstAxisInnermost()
    {
        long[] indices = new long[1];
        MaxPoolIndices.Run<int>([0, 0, 0, 0, 0, 9], new int[1], indices, 1, [1, 2, 3], [1, 1, 1], [1, 2, 3], [1, 1, 1], [0, 0, 0], [1, 1, 1], columnMajor: true);
        Assert.Equal(5, indices[0]);
        MaxPoolIndices.Run<int>([0, 0, 9, 0, 0, 0], new int[1], indices, 1, [1, 2, 3], [1, 1, 1], [1, 2, 3], [1, 1, 1], [0, 0, 0], [1, 1, 1], columnMajor: true);
        Assert.Equal(4, indices[0]);
    }

    [Fact]
    public void AnIndexOutsideIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MaxPoolIndices.Unpool<float>([1f], [4], new float[4], 1, [1, 2, 2], [1, 2, 2]));

    private sealed class Geometry
    {
        internal Geometry(int seed)
        {
            var r = new Random(seed);
            Batch = r.Next(1, 3);
            Channels = r.Next(1, 5) + (r.Next(2) * 16);
            for (int axis = 0; axis < 3; axis++)
            {
                Kernel[axis] = r.Next(1, 4);
                Strides[axis] = r.Next(1, 4);
                Dilations[axis] = r.Next(1, 3);
                Pads[axis] = r.Next(Kernel[axis]);
                Pads[axis + 3] = r.Next(Kernel[axis]);
                Input[axis] = r.Next(1, 4) + (Kernel[axis] * Dilations[axis]);
                Output[axis] = ((Input[axis] + Pads[axis] + Pads[axis + 3] - (Dilations[axis] * (Kernel[axis] - 1)) - 1 + (r.Next(2) * (Strides[axis] - 1))) / Strides[axis]) + 1;
            }
        }

        internal int Batch { get; }

        internal int Channels { get; }

        internal int[] Input { get; } = new int[3];

        internal int[] Output { get; } = new int[3];

        internal int[] Kernel { get; } = new int[3];

        internal int[] Strides { get; } = new int[3];

        internal int[] Dilations { get; } = new int[3];

        internal int[] Pads { get; } = new int[6];

        internal IEnumerable<(List<float> Elements, int Padded)> Windows(float[] x)
        {
            for (int i = 0; i < Batch * Output[0] * Output[1] * Output[2] * Channels; i++)
            {
                int[] at = [i / Channels / Output[2] / Output[1] % Output[0], i / Channels / Output[2] % Output[1], i / Channels % Output[2]];
                int image = i / Channels / Output[2] / Output[1] / Output[0];
                List<float> elements = [];
                int padded = 0;
                for (int tap = 0; tap < Kernel[0] * Kernel[1] * Kernel[2]; tap++)
                {
                    int[] k = [tap / Kernel[2] / Kernel[1], tap / Kernel[2] % Kernel[1], tap % Kernel[2]];
                    int[] p = [.. Enumerable.Range(0, 3).Select(a => (at[a] * Strides[a]) + (k[a] * Dilations[a]) - Pads[a])];
                    padded += Enumerable.Range(0, 3).All(a => p[a] < Input[a] + Pads[a + 3]) ? 1 : 0;
                    if (Enumerable.Range(0, 3).All(a => p[a] >= 0 && p[a] < Input[a]))
                    {
                        elements.Add(x[((((((image * Input[0]) + p[0]) * Input[1]) + p[1]) * Input[2]) + p[2]) * Channels + (i % Channels)]);
                    }
                }

                yield return (elements, padded);
            }
        }
    }
}
