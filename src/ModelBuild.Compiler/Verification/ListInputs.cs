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
            if (reader.InputOrNull(0)?.Type.Shape is { IsStatic: true } operand && Draw(reader.OpType, index, operand.ToArray(), (int)shape[0].Value, ref state) is { } drawn)
            {
                return drawn;
            }
        }

        return null;
    }

    private static long[]? Draw(string op, int index, long[] dims, int length, ref ulong state) => (op, index) switch
    {
        (_, 1) when op.StartsWith("Reduce", StringComparison.Ordinal) => Some(Numbers(dims.Length), length, ref state),
        ("Pad", 3) => Some(Numbers(dims.Length), length, ref state),
        ("Squeeze", 1) => Some([.. Numbers(dims.Length).Where(a => dims[a] == 1)], length, ref state),
        ("Unsqueeze", 1) => Some(Numbers(dims.Length + length), length, ref state),
        ("Reshape", 1) => Reshaped(dims, length, ref state),
        ("Expand", 1) => Expanded(dims, length, ref state),
        ("Tile", 1) when length == dims.Length => Repeats(length, ref state),
        _ => null,
    };

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
