namespace ModelBuild.Compiler.Ir;

/// <summary>
/// Which values a graph must compute at run time although they are constants once the sizes of a call are fixed. A graph is compiled for several sizes; what folds to
/// numbers that differ between them is left to run time, but for short integer vectors, which shapes are made of.
/// </summary>
public sealed class SizeDependence
{
    /// <summary>Longest integer vector that may differ between sizes and still be folded.</summary>
    public const int MaxIntegers = 64;

    private readonly HashSet<string> _runTime = new(StringComparer.Ordinal);
    private Dictionary<string, Tensor> _folded = new(StringComparer.Ordinal);

    /// <summary>True when the value may be folded.</summary>
    public bool MayFold(Value output) => !_runTime.Contains(output.Name);

    /// <summary>Notes what a value was folded to.</summary>
    public void Record(Value output, Tensor result) => _folded[output.Name] = result;

    /// <summary>Starts the record of another compilation and returns that of the last one.</summary>
    public IReadOnlyDictionary<string, Tensor> TakeRecord()
    {
        Dictionary<string, Tensor> record = _folded;
        _folded = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        return record;
    }

    /// <summary>Leaves to run time what two compilations for different sizes folded to different numbers.</summary>
    /// <returns>True when that is more than before, so that the graph must be compiled again.</returns>
    public bool Learn(IReadOnlyDictionary<string, Tensor> one, IReadOnlyDictionary<string, Tensor> other)
    {
        bool learned = false;
        foreach ((string name, Tensor a) in one)
        {
            if (other.TryGetValue(name, out Tensor? b) && Differ(a, b))
            {
                learned |= _runTime.Add(name);
            }
        }

        return learned;
    }

    private static bool Differ(Tensor a, Tensor b)
    {
        if (a.DType == b.DType && a.Dims.SequenceEqual(b.Dims))
        {
            bool isShape = (DTypes.IsInteger(a.DType) || a.DType == DType.Bool) && a.Count <= MaxIntegers;
            return !isShape && !a.Bytes.SequenceEqual(b.Bytes);
        }

        return true;
    }
}
