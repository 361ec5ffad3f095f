using System.Numerics;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>First and second moments of the channels of a value over samples and positions, in binary64. The order of additions does not depend on the processor.</summary>
internal sealed class ChannelMoments
{
    private readonly string _name;
    private readonly int _axis;
    private readonly long _expected;
    private readonly int[][] _positions;
    private readonly double[] _sums;
    private readonly double[] _products;
    private readonly double[] _vector;
    private long _seen;

    /// <summary>Empty moments.</summary>
    /// <param name="name">Name of the value, for errors.</param>
    /// <param name="axis">Where its channels lie.</param>
    /// <param name="samples">Number of samples to come: positions are skipped evenly when there are far more than the moments need.</param>
    public ChannelMoments(string name, ChannelAxis axis, int samples)
    {
        _name = name;
        _axis = axis.Axis;
        _expected = samples;
        Channels = [.. axis.Channels.Distinct()];
        _positions = Positions(axis.Channels, Channels);
        _sums = new double[Channels.Length];
        _products = new double[Channels.Length * Channels.Length];
        _vector = new double[Channels.Length];
    }

    /// <summary>The channels, each once; moments are in their order.</summary>
    public int[] Channels { get; }

    /// <summary>Number of vectors taken in.</summary>
    public long Count { get; private set; }

    /// <summary>Mean of a channel.</summary>
    public double Mean(int i) => _sums[i] / Count;

    /// <summary>Mean product of two channels.</summary>
    public double Product(int i, int j) => _products[(i * Channels.Length) + j] / Count;

    /// <summary>Positions of each channel on an axis, as many for one as for the other.</summary>
    public static int[][] Positions(int[] axis, int[] channels)
    {
        Dictionary<int, List<int>> lists = channels.ToDictionary(c => c, _ => new List<int>());
        for (int i = 0; i < axis.Length; i++)
        {
            lists[axis[i]].Add(i);
        }

        int common = lists.Values.Min(l => l.Count);
        return [.. channels.Select(c => lists[c].Take(common).ToArray())];
    }

    /// <summary>Takes in one sample of the value.</summary>
    /// <exception cref="ModelBuildException">An element is not finite (MDB4002).</exception>
    public void Add(Tensor tensor)
    {
        (int outer, int length, int inner) = Ops.Axes.Split(tensor.Dims, _axis);
        int repeats = _positions[0].Length;
        long vectors = (long)outer * repeats * inner;

        // An odd step does not fall into the rhythm of image rows.
        long step = Math.Max(1, vectors * _expected / Math.Max(4096, 4L * Channels.Length)) | 1;
        ReadOnlySpan<float> data = tensor.Span<float>();
        for (long v = 0; v < vectors; v++)
        {
            if (_seen++ % step != 0)
            {
                continue;
            }

            int i = (int)(v % inner);
            int repeat = (int)(v / inner % repeats);
            int o = (int)(v / inner / repeats);
            for (int c = 0; c < _vector.Length; c++)
            {
                _vector[c] = data[(((o * length) + _positions[c][repeat]) * inner) + i];
            }

            AddVector();
        }
    }

    private void AddVector()
    {
        Count++;
        int n = _vector.Length;
        for (int i = 0; i < n; i++)
        {
            double x = _vector[i];
            if (!double.IsFinite(x))
            {
                throw new ModelBuildException(Diagnostic.Of(Descriptors.NonFiniteValue, $"Value '{_name}' becomes {x} on the calibration data: pruning cannot be repaired with it. Check the data, or prune without CalibrationData."));
            }

            _sums[i] += x;
            if (x == 0)
            {
                continue;
            }

            Span<double> row = _products.AsSpan(i * n, n);
            int j = 0;
            for (; j <= n - Vector<double>.Count; j += Vector<double>.Count)
            {
                (new Vector<double>(row[j..]) + (new Vector<double>(_vector, j) * x)).CopyTo(row[j..]);
            }

            for (; j < n; j++)
            {
                row[j] += _vector[j] * x;
            }
        }
    }
}
