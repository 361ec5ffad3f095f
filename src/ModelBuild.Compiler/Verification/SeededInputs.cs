using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Verification;

/// <summary>Inputs for a model of which no data is given: the same on every machine.</summary>
public static class SeededInputs
{
    private const int SmallIntegers = 4;

    /// <summary>
    /// Makes samples for a graph whose inputs have static shapes: floats in [-1, 1) or [0, 1), bytes 0 to 255, coin flips, small integers. Integers that look up rows of a table are valid rows; those of an input that is
    /// called a mask are 0 or 1, and never all 0 along the last axis; lists of axes and sizes fit the operand. Bytes that are decoded as an image are the file of one. Strings are those that the model itself names, and one that it does not.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<Tensor>> Make(Graph graph, int count)
    {
        ulong state = 0x9E3779B97F4A7C15;
        return [.. Enumerable.Range(0, count).Select(n => (IReadOnlyList<Tensor>)[.. graph.Inputs.Select(i => Fill(i, n, ref state))])];
    }

    private static Tensor Fill(Value input, int sample, ref ulong state)
    {
        TensorType type = input.Type;
        if (type.DType == DType.String)
        {
            return FillStrings(input, ref state);
        }

        if (ListInputs.Draw(input, ref state) is { } list)
        {
            return type.DType == DType.I64 ? Tensor.Vector<long>(list) : Tensor.Vector<int>([.. list.Select(v => (int)v)]);
        }

        if (SampleImages.Draw(input, ref state) is { } file)
        {
            return Tensor.Vector<byte>(file);
        }

        bool isMask = input.Name.Contains("mask", StringComparison.OrdinalIgnoreCase);
        double integers = isMask ? 2 : IndexBounds.Of(input) ?? SmallIntegers;
        long row = type.Shape!.Rank == 0 ? 1 : type.Shape[^1].Value;
        Tensor tensor = new(type.DType, type.Shape!.ToArray());
        double low = sample % 2 == 0 ? -1 : 0;
        bool isScale = ListInputs.IsScales(input);
        Span<byte> bytes = tensor.MutableBytes();
        for (int i = 0; i < tensor.Count; i++)
        {
            double unit = SplitMix64.Next(ref state);
            switch (type.DType)
            {
                case DType.F32:
                    tensor.MutableSpan<float>()[i] = isScale ? (float)(0.5 + (1.5 * unit)) : (float)(low + ((1 - low) * unit));
                    break;
                case DType.F64:
                    tensor.MutableSpan<double>()[i] = low + ((1 - low) * unit);
                    break;
                case DType.F16:
                    tensor.MutableSpan<Half>()[i] = (Half)(low + ((1 - low) * unit));
                    break;
                case DType.BF16:
                    tensor.MutableSpan<ushort>()[i] = (ushort)(BitConverter.SingleToUInt32Bits((float)(low + ((1 - low) * unit))) >> 16);
                    break;
                case DType.I64:
                    tensor.MutableSpan<long>()[i] = isMask && i % row == 0 ? 1 : (long)(unit * integers);
                    break;
                case DType.I32:
                    tensor.MutableSpan<int>()[i] = isMask && i % row == 0 ? 1 : (int)(unit * integers);
                    break;
                case DType.I8 or DType.U8:
                    bytes[i] = (byte)(unit * 256);
                    break;
                case DType.Bool:
                    bytes[i] = (byte)(unit < 0.5 ? 0 : 1);
                    break;
                default:
                    bytes[i * DTypes.SizeOf(type.DType)] = (byte)(unit * 4);
                    break;
            }
        }

        return tensor;
    }

    private static Tensor FillStrings(Value input, ref ulong state)
    {
        SampleWords.Source source = SampleWords.Of(input);
        ulong own = state;
        string[] values = new string[input.Type.Shape!.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = SampleWords.Draw(source, () => SplitMix64.Next(ref own));
        }

        state = own;
        return Tensor.OfStrings(values, input.Type.Shape!.ToArray());
    }
}
