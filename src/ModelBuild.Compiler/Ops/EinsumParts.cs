using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Writes an Einstein summation with standard operators.</summary>
internal static class EinsumParts
{
    /// <summary>A value and the labels of its axes, each once.</summary>
    private readonly record struct Term(Value Value, string Labels);

    /// <summary>True when every operand that repeats a label has known sizes.</summary>
    public static bool HasKnownDiagonals(Node node)
    {
        EinsumEquation equation = EinsumEquation.Parse(node, [.. node.Inputs.Select(i => i!.Type.Shape!.Rank)]);
        return node.Inputs.Select((v, i) => v!.Type.Shape!.IsStatic || equation.Operands[i].Distinct().Count() == equation.Operands[i].Length).All(b => b);
    }

    /// <summary>Adds the parts and returns the result.</summary>
    public static Value Add(PartsBuilder parts, EinsumEquation equation)
    {
        List<Term> terms = [.. equation.Operands.Select((labels, i) => Diagonal(parts, new Term(parts.Input(i), labels)))];
        while (terms.Count > 1)
        {
            string needed = string.Concat([equation.Output, .. terms.Skip(2).Select(t => t.Labels)]);
            terms = [Product(parts, terms[0], terms[1], needed), .. terms.Skip(2)];
        }

        Term last = SumOut(parts, terms[0], [.. terms[0].Labels.Where(c => !Has(equation.Output, c))]);
        return Arrange(parts, last, equation.Output);
    }

    private static bool Has(string labels, char label) => labels.Contains(label, StringComparison.Ordinal);

    /// <summary>Keeps the diagonal of every label that the term repeats.</summary>
    private static Term Diagonal(PartsBuilder parts, Term term)
    {
        while (term.Labels.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1)?.Key is { } label)
        {
            int first = term.Labels.IndexOf(label, StringComparison.Ordinal);
            int second = term.Labels.IndexOf(label, first + 1);
            long size = Math.Max(parts.SizeOf(term.Value, first), parts.SizeOf(term.Value, second));
            if (parts.SizeOf(term.Value, first) != parts.SizeOf(term.Value, second))
            {
                // One of the two has size 1 and is repeated: the other one is the diagonal.
                int single = parts.SizeOf(term.Value, first) == 1 ? first : second;
                term = new Term(parts.Add("Squeeze", [term.Value, parts.Ints(single)]), term.Labels.Remove(single, 1));
                continue;
            }

            // With both axes last and taken as one, the diagonal is every (size + 1)-th element.
            int[] others = [.. Enumerable.Range(0, term.Labels.Length).Where(i => i != first && i != second)];
            Value moved = parts.Transpose(term.Value, [.. others.Select(i => (long)i), first, second]);
            Value flat = parts.Reshape(moved, [.. others.Select(i => parts.SizeOf(term.Value, i)), size * size]);
            term = new Term(parts.Slice(flat, others.Length, 0, long.MaxValue, size + 1), string.Concat(others.Select(i => term.Labels[i])) + label);
        }

        return term;
    }

    private static Term Product(PartsBuilder parts, Term a, Term b, string needed)
    {
        a = SumOut(parts, a, [.. a.Labels.Where(c => !Has(b.Labels, c) && !Has(needed, c))]);
        b = SumOut(parts, b, [.. b.Labels.Where(c => !Has(a.Labels, c) && !Has(needed, c))]);
        foreach (char label in a.Labels.Where(c => Has(b.Labels, c) && !Has(needed, c)).ToArray())
        {
            // A summed axis that one side repeats from size 1 is summed on the other side alone.
            bool oneA = IsOne(parts, a, label);
            if (oneA != IsOne(parts, b, label))
            {
                a = oneA ? Dropped(parts, a, label) : SumOut(parts, a, [label]);
                b = oneA ? SumOut(parts, b, [label]) : Dropped(parts, b, label);
            }
        }

        string summed = string.Concat(a.Labels.Where(c => Has(b.Labels, c) && !Has(needed, c)));
        string batch = string.Concat(a.Labels.Where(c => Has(b.Labels, c) && Has(needed, c)));
        string rows = string.Concat(a.Labels.Where(c => !Has(b.Labels, c)));
        string columns = string.Concat(b.Labels.Where(c => !Has(a.Labels, c)));
        return summed.Length > 0 && a.Value.Type.DType is DType.F32 or DType.F16 or DType.BF16
            ? MatMul(parts, a, b, batch, rows, summed, columns)
            : Multiplied(parts, a, b, batch + rows + columns + summed, summed);
    }

    private static Term MatMul(PartsBuilder parts, Term a, Term b, string batch, string rows, string summed, string columns)
    {
        Value left = Matrix(parts, a, batch, rows, summed);
        Value right = Matrix(parts, b, batch, summed, columns);
        Value product = parts.Add("MatMul", [left, right]);
        Value[] lead = [.. Enumerable.Range(0, batch.Length).Select(i => parts.Size(product, i))];
        Value result = rows.Length == 1 && columns.Length == 1
            ? product
            : parts.Reshape(product, [.. lead, .. Sizes(parts, a, rows), .. Sizes(parts, b, columns), .. batch.Length + rows.Length + columns.Length == 0 ? [parts.Ints()] : Array.Empty<Value>()]);
        return new Term(result, batch + rows + columns);
    }

    /// <summary>The term as matrices behind the axes of the batch.</summary>
    private static Value Matrix(PartsBuilder parts, Term term, string batch, string rows, string columns)
    {
        Value sorted = Arrange(parts, term, batch + rows + columns);
        return rows.Length == 1 && columns.Length == 1
            ? sorted
            : parts.Reshape(sorted, [.. Sizes(parts, term, batch), Together(parts, term, rows), Together(parts, term, columns)]);
    }

    /// <summary>The number of elements of some axes.</summary>
    private static Value Together(PartsBuilder parts, Term term, string labels) =>
        Sizes(parts, term, labels).DefaultIfEmpty(parts.Ints(1)).Aggregate((a, b) => a.Constant is { } x && b.Constant is { } y
            ? parts.Ints(checked(x.ToInt64Array()[0] * y.ToInt64Array()[0]))
            : parts.Add("Mul", [a, b]));

    private static IEnumerable<Value> Sizes(PartsBuilder parts, Term term, string labels) => labels.Select(c => parts.Size(term.Value, term.Labels.IndexOf(c, StringComparison.Ordinal)));

    private static Term Multiplied(PartsBuilder parts, Term a, Term b, string labels, string summed)
    {
        Value product = parts.Add("Mul", [Spread(parts, a, labels), Spread(parts, b, labels)]);
        return SumOut(parts, new Term(product, labels), [.. summed]);
    }

    /// <summary>The term with axes of size 1 for the labels that it lacks.</summary>
    private static Value Spread(PartsBuilder parts, Term term, string labels)
    {
        Value sorted = Arrange(parts, term, string.Concat(labels.Where(c => Has(term.Labels, c))));
        long[] missing = [.. Enumerable.Range(0, labels.Length).Where(i => !Has(term.Labels, labels[i])).Select(i => (long)i)];
        return missing.Length == 0 ? sorted : parts.Unsqueeze(sorted, missing);
    }

    private static Value Arrange(PartsBuilder parts, Term term, string labels) => parts.Transpose(term.Value, [.. labels.Select(c => (long)term.Labels.IndexOf(c, StringComparison.Ordinal))]);

    private static Term SumOut(PartsBuilder parts, Term term, char[] labels)
    {
        if (labels.Length == 0)
        {
            return term;
        }

        long[] axes = [.. labels.Select(c => (long)term.Labels.IndexOf(c, StringComparison.Ordinal))];
        Value sum = parts.Add("ReduceSum", [term.Value, parts.Ints(axes)], new AttributeMap { { "keepdims", 0L } });
        return new Term(sum, string.Concat(term.Labels.Where(c => !labels.Contains(c))));
    }

    private static Term Dropped(PartsBuilder parts, Term term, char label)
    {
        int axis = term.Labels.IndexOf(label, StringComparison.Ordinal);
        return new Term(parts.Add("Squeeze", [term.Value, parts.Ints(axis)]), term.Labels.Remove(axis, 1));
    }

    private static bool IsOne(PartsBuilder parts, Term term, char label) => parts.ShapeOf(term.Value)[term.Labels.IndexOf(label, StringComparison.Ordinal)] is { IsKnown: true, Value: 1 };
}
