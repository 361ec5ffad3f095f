using System.Globalization;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

/// <summary>
/// An input of a probe: <c>[2,3]</c> is given when the model runs, <c>![2,3]</c> is a constant of small numbers, <c>=1,2</c> a constant vector and <c>=~1</c> a scalar; a name before that is an element
/// type or a type variable, where it is not that of the specification.
/// </summary>
/// <param name="Type">Element type or type variable; empty for the specification's.</param>
/// <param name="Dims">Sizes.</param>
/// <param name="Values">The elements of a constant; null for small numbers.</param>
/// <param name="IsConstant">False for an input of the model.</param>
internal sealed record ProbeOperand(string Type, long[] Dims, double[]? Values, bool IsConstant)
{
    /// <summary>Reads one; null for <c>-</c>, an omitted input.</summary>
    public static ProbeOperand? Parse(string text)
    {
        if (text == "-")
        {
            return null;
        }

        int start = text.IndexOfAny(['[', '!', '=']);
        string type = text[..start];
        string rest = text[start..];
        if (rest[0] == '=')
        {
            bool scalar = rest[1] == '~';
            double[] values = [.. rest[(scalar ? 2 : 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            return new ProbeOperand(type, scalar ? [] : [values.Length], values, true);
        }

        long[] dims = [.. rest.Trim('!', '[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(d => long.Parse(d, CultureInfo.InvariantCulture))];
        return new ProbeOperand(type, dims, null, rest[0] == '!');
    }

    /// <summary>A tensor of strings that are numbers, which Cast reads.</summary>
    public static Tensor Words(ReadOnlySpan<long> dims)
    {
        long count = 1;
        foreach (long dim in dims)
        {
            count *= dim;
        }

        return Tensor.OfStrings([.. Enumerable.Range(0, (int)count).Select(i => $"{i % 3}")], dims);
    }

    /// <summary>A constant's tensor.</summary>
    public Tensor ToTensor(DType type)
    {
        if (type == DType.String)
        {
            return Words(Dims);
        }

        Tensor tensor = new(type, Dims);
        for (int i = 0; i < tensor.Count; i++)
        {
            Set(tensor, i, Values is null ? 1 : Values[i]);
        }

        return tensor;
    }

    private static void Set(Tensor tensor, int index, double value)
    {
        switch (tensor.DType)
        {
            case DType.F32: tensor.MutableSpan<float>()[index] = (float)value; break;
            case DType.F64: tensor.MutableSpan<double>()[index] = value; break;
            case DType.F16: tensor.MutableSpan<Half>()[index] = (Half)value; break;
            case DType.BF16: tensor.MutableSpan<ushort>()[index] = (ushort)(BitConverter.SingleToUInt32Bits((float)value) >> 16); break;
            case var t when DTypes.IsSmallFloat(t): tensor.MutableBytes()[index] = SmallFloatBits.Encode((float)value, t); break;
            default:
                int size = DTypes.SizeOf(tensor.DType);
                BitConverter.GetBytes((long)value).AsSpan(0, size).CopyTo(tensor.MutableBytes()[(size * index)..]);
                break;
        }
    }
}
