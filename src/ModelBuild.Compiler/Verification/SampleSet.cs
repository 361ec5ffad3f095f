using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Formats.Npy;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Verification;

/// <summary>Samples for calibration, verification or validation: one tensor per model input each, of one item.</summary>
/// <param name="Samples">Inputs of each sample in the graph's order.</param>
/// <param name="Labels">Class index of each sample, or null without labels.</param>
public sealed record SampleSet(IReadOnlyList<IReadOnlyList<Tensor>> Samples, int[]? Labels)
{
    private static readonly string[] s_labelNames = ["y", "labels", "label"];

    /// <summary>Reads samples from <c>.npz</c> or <c>.npy</c>: arrays named like the inputs, or <c>x</c> for a model with one input; labels in <c>y</c>.</summary>
    /// <param name="graph">Its inputs have static shapes; the leading dimension of an array counts samples.</param>
    /// <param name="fault">Code to report with.</param>
    /// <exception cref="ModelBuildException">The file cannot be read or does not fit the model.</exception>
    public static SampleSet Read(string path, Graph graph, int maximum, DiagnosticDescriptor fault)
    {
        IReadOnlyDictionary<string, Tensor> arrays = Arrays(path, fault);

        string? labelName = s_labelNames.FirstOrDefault(arrays.ContainsKey);
        Tensor[] inputs = [.. graph.Inputs.Select(i => FindArray(i, arrays, labelName, graph.Inputs.Count, path, fault))];
        long count = -1;
        List<Tensor[]> perInput = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor[] items = Split(graph.Inputs[i], inputs[i], maximum, out long given, path, fault);
            if (i > 0 && given != count)
            {
                throw new ModelBuildException(Diagnostic.InFile(
                    fault, path, $"There are {count} samples of input '{graph.Inputs[0].Name}' and {given} of '{graph.Inputs[i].Name}'; every array needs as many."));
            }

            count = given;
            perInput.Add(items);
        }

        int[]? labels = labelName is null ? null : LabelsOf(labelName, arrays[labelName], count, path, fault);
        count = Math.Min(count, maximum);
        return new SampleSet([.. Enumerable.Range(0, (int)count).Select(n => (IReadOnlyList<Tensor>)[.. perInput.Select(p => p[n])])], labels);
    }

    /// <summary>The arrays of a file by name.</summary>
    /// <exception cref="ModelBuildException">The file cannot be read.</exception>
    internal static IReadOnlyDictionary<string, Tensor> Arrays(string path, DiagnosticDescriptor fault)
    {
        try
        {
            return NpzReader.Read(path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ModelBuildException(Diagnostic.InFile(fault, path, $"'{Path.GetFileName(path)}' cannot be read. {e.Message} Write it with numpy.savez (.npz) or numpy.save (.npy)."));
        }
    }

    private static int[] LabelsOf(string name, Tensor array, long count, string path, DiagnosticDescriptor fault)
    {
        bool fits = (array.Rank == 1 || (array.Rank == 2 && array.Dims[1] == 1)) && array.Dims[0] == count && (DTypes.IsInteger(array.DType) || DTypes.IsFloat(array.DType));
        double[] values = fits ? array.ToDoubleArray() : [];
        return fits && values.All(v => v >= 0 && v <= int.MaxValue && v == Math.Floor(v))
            ? [.. values.Select(v => (int)v)]
            : throw new ModelBuildException(Diagnostic.InFile(fault, path, $"Array '{name}' {array} must hold one class index, a whole number from 0, for each of the {count} samples."));
    }

    private static Tensor FindArray(Value input, IReadOnlyDictionary<string, Tensor> arrays, string? labelName, int inputCount, string path, DiagnosticDescriptor fault)
    {
        if (arrays.TryGetValue(input.Name, out Tensor? array))
        {
            return array;
        }

        string[] candidates = [.. arrays.Keys.Where(k => k != labelName)];
        return inputCount == 1 && candidates.Length > 0 && (candidates.Length == 1 || candidates.Contains("x"))
            ? arrays[candidates.Length == 1 ? candidates[0] : "x"]
            : throw new ModelBuildException(Diagnostic.InFile(fault, path, $"There is no array for input '{input.Name}'. The file has: {string.Join(", ", arrays.Keys)}. Name the arrays like the model's inputs."));
    }

    private static Tensor[] Split(Value input, Tensor array, int maximum, out long given, string path, DiagnosticDescriptor fault)
    {
        long[] dims = input.Type.Shape!.ToArray();
        long items = dims.Aggregate(1L, (a, b) => a * b);
        if (array.Rank > 0 && array.Dims[0] == 0)
        {
            throw new ModelBuildException(Diagnostic.InFile(fault, path, $"The array for input '{input.Name}' is {array}: it has no samples."));
        }

        bool fits = array.Rank > 0 && items > 0 && array.Count > 0 && array.Count % items == 0 && FitsDims(array.Dims, dims);
        if (!fits)
        {
            throw new ModelBuildException(Diagnostic.InFile(fault, path, $"The array for input '{input.Name}' is {array}; needed is {input.Type.DType.ToString().ToLowerInvariant()}[samples,{string.Join(',', dims is [1, .. long[] rest] ? rest : dims)}]."));
        }

        given = array.Count / items;
        Tensor typed = Convert(array, input, path, fault);
        int size = (int)items * DTypes.SizeOf(typed.DType);
        return [.. Enumerable.Range(0, (int)Math.Min(maximum, given)).Select(n => new Tensor(typed.DType, dims, typed.Bytes.Slice(n * size, size).ToArray()))];
    }

    private static bool FitsDims(ReadOnlySpan<long> array, long[] dims)
    {
        ReadOnlySpan<long> item = dims is [1, ..] ? dims.AsSpan(1) : dims;
        ReadOnlySpan<long> tail = array[1..];
        return tail.SequenceEqual(item) || tail.SequenceEqual(dims) || (dims is [1, ..] && array.SequenceEqual(dims));
    }

    private static Tensor Convert(Tensor array, Value input, string path, DiagnosticDescriptor fault)
    {
        if (array.DType == input.Type.DType)
        {
            return array;
        }

        return array.DType == DType.String ? throw OtherType() : input.Type.DType switch
        {
            DType.F32 => Tensor.Create<float>([.. array.ToDoubleArray().Select(v => (float)v)], array.Dims),
            DType.F16 => Tensor.Create<Half>([.. array.ToDoubleArray().Select(v => (Half)v)], array.Dims),
            DType.F64 => Tensor.Create<double>(array.ToDoubleArray(), array.Dims),
            DType.I64 when DTypes.IsInteger(array.DType) => Tensor.Create<long>(array.ToInt64Array(), array.Dims),
            DType.I32 when DTypes.IsInteger(array.DType) => Tensor.Create<int>([.. array.ToInt64Array().Select(Narrow)], array.Dims),
            _ => throw OtherType(),
        };

        int Narrow(long value) => value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new ModelBuildException(Diagnostic.InFile(
            fault, path, $"The array for input '{input.Name}' holds {value}, which is no {DType.I32}, the type that the model takes. Check the array."));

        ModelBuildException OtherType() => new(Diagnostic.InFile(
            fault, path, $"The array for input '{input.Name}' has the type {array.DType}; the model takes {input.Type.DType}. Convert it before it is saved (numpy: array.astype)."));
    }
}
