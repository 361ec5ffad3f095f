using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Verification;

/// <summary>Lists of axes, sizes or repeats that a graph input gives to an operator: drawn so that they fit its operand, which numbers drawn one by one rarely do.</summary>
internal static class ListInputs
{
    private const int MostRepeats = 3;

    /// <summary>A list that fits, or null where the input is not one, or its operand's sizes are not known.</summary>
    public static long[]? Draw(Value input, ref ulong state)
    {
        if (input.Type.Shape is not { Rank: 1, IsStatic: true } shape || input.Type.DType is not (DType.I64 or DType.I32))
        {
            return null;
        }

        Value list = input;
        while (list.Consumers is [{ OpType: "Cast" or "Identity", Domain: "" } move])
        {
            list = move.Output;
        }

        foreach (Node reader in list.Consumers.Where(c => c.Domain.Length == 0))
        {
            int index = Enumerable.Range(0, reader.Inputs.Count).First(i => reader.Inputs[i] == list);
            if (reader.InputOrNull(0)?.Type.Shape is { IsStatic: true } operand && Draw(reader, index, operand.ToArray(), (int)shape[0].Value, ref state) is { } drawn)
            {
                return drawn;
            }
        }

        return null;
    }

    private static long[]? Draw(Node reader, int index, long[] dims, int length, ref ulong state) => (reader.OpType, index) switch
    {
        (_, 1) when reader.OpType.StartsWith("Reduce", StringComparison.Ordinal) => Some(Numbers(dims.Length), length, ref state),
        ("Pad", 3) => Some(Numbers(dims.Length), length, ref state),
        ("Squeeze", 1) => Some([.. Numbers(dims.Length).Where(a => dims[a] == 1)], length, ref state),
        ("Unsqueeze", 1) => Some(Numbers(dims.Length + length), length, ref state),
        ("Reshape", 1) => Reshaped(dims, length, ref state),
        ("Expand", 1) => Expanded(dims, length, ref state),
        ("Tile", 1) when length == dims.Length => Repeats(length, ref state),
        ("Split", 1) when dims.Length > 0 => Parts(dims[Axis(reader.Attributes.GetInt("axis", 0), dims.Length)], length, ref state),
        ("Resize", 3) => Resized([.. reader.Attributes.GetInts("axes")?.Select(a => dims[Axis(a, dims.Length)]) ?? dims], length, ref state),
        ("AffineGrid", 1) when dims.Length > 0 => [dims[0], .. Repeats(length - 1, ref state)],
        _ => null,
    };

    /// <summary>True for an input of scales of a Resize, which are positive.</summary>
    public static bool IsScales(Value input) => input.Consumers is [{ OpType: "Resize", Domain: "" } resize] && resize.InputOrNull(2) == input;

    private static int Axis(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank - 1);

    // Parts that add up, in any proportion.
    private static long[]? Parts(long axis, int length, ref ulong state)
    {
        if (length == 0)
        {
            return null;
        }

        long[] parts = new long[length];
        for (int i = 0; i < length - 1; i++)
        {
            parts[i] = Below((int)Math.Min(int.MaxValue, axis + 1), ref state);
            axis -= parts[i];
        }

        parts[^1] = axis;
        return parts;
    }

    // Half of the operand up to twice of it.
    private static long[]? Resized(long[] dims, int length, ref ulong state)
    {
        if (length != dims.Length)
        {
            return null;
        }

        long[] sizes = new long[length];
        for (int i = 0; i < length; i++)
        {
            sizes[i] = dims[i] <= 1 ? dims[i] : (dims[i] / 2) + Below((int)Math.Min(int.MaxValue, (dims[i] * 3 / 2) + 1), ref state);
        }

        return sizes;
    }

    private static long[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];

    // The first ones of a shuffled list.
    private static long[]? Some(long[] all, int length, ref ulong state)
    {
        if (length > all.Length)
        {
            return null;
        }

        for (int i = 0; i < length; i++)
        {
            int other = i + Below(all.Length - i, ref state);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all[..length];
    }

    // Each size of the operand goes into one of the target.
    private static long[]? Reshaped(long[] dims, int length, ref ulong state)
    {
        if (length == 0 || dims.Contains(0))
        {
            return null;
        }

        long[] target = [.. Enumerable.Repeat(1L, length)];
        foreach (long dim in dims)
        {
            target[Below(length, ref state)] *= dim;
        }

        return target;
    }

    private static long[] Expanded(long[] dims, int length, ref ulong state)
    {
        long[] target = Repeats(length, ref state);
        for (int i = 0; i < length; i++)
        {
            int axis = dims.Length - length + i;
            bool isGiven = axis >= 0 && dims[axis] != 1;
            target[i] = isGiven ? dims[axis] : target[i];
        }

        return target;
    }

    private static long[] Repeats(int length, ref ulong state)
    {
        long[] repeats = new long[length];
        for (int i = 0; i < length; i++)
        {
            repeats[i] = 1 + Below(MostRepeats, ref state);
        }

        return repeats;
    }

    private static int Below(int count, ref ulong state) => (int)(SplitMix64.Next(ref state) * count);
}
