namespace ModelBuild.Compiler.Ir;

/// <summary>
/// The sizes that one axis has in each operand, be it a branch of an If or an input that is broadcast, at several choices of the sizes that differ between calls. Two axes of the same sizes are one
/// size that a step counts.
/// </summary>
public sealed class AxisSizes : IEquatable<AxisSizes>
{
    private readonly long[][] _operands;

    /// <summary>Keeps the sizes.</summary>
    /// <param name="operands">For each operand its sizes, one for each choice.</param>
    public AxisSizes(IEnumerable<IEnumerable<long>> operands)
    {
        _operands = [.. operands.Select(sizes => sizes.ToArray())];
    }

    /// <summary>The sizes other than 1 that an operand has at every choice, each once.</summary>
    public IReadOnlyList<long> Fixed => [.. _operands.Where((sizes, i) => !Varies(i) && sizes[0] != 1).Select(sizes => sizes[0]).Distinct()];

    /// <summary>True when an operand has another size at another choice.</summary>
    public bool Varies(int operand) => Array.Exists(_operands[operand], size => size != _operands[operand][0]);

    /// <inheritdoc/>
    public bool Equals(AxisSizes? other) => other is not null && _operands.Length == other._operands.Length && _operands.Zip(other._operands).All(p => p.First.AsSpan().SequenceEqual(p.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AxisSizes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (long size in _operands.SelectMany(sizes => sizes))
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }
}
