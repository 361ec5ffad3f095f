using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>Outputs by model in a file, from one process to another.</summary>
internal static class OutputsReport
{
    public static void Write(string path, Dictionary<string, Tensor[]> outputs)
    {
        using BinaryWriter writer = new(File.Create(path));
        writer.Write(outputs.Count);
        foreach ((string name, Tensor[] tensors) in outputs)
        {
            writer.Write(name);
            writer.Write(tensors.Length);
            foreach (Tensor tensor in tensors)
            {
                writer.Write((int)tensor.DType);
                writer.Write(tensor.Rank);
                foreach (long dim in tensor.Dims)
                {
                    writer.Write(dim);
                }

                // Strings have other numbers in another process.
                if (tensor.DType == DType.String)
                {
                    Array.ForEach(tensor.ToStringArray(), writer.Write);
                    continue;
                }

                writer.Write(tensor.Bytes.Length);
                writer.Write(tensor.Bytes);
            }
        }
    }

    public static Dictionary<string, Tensor[]> Read(string path)
    {
        using BinaryReader reader = new(File.OpenRead(path));
        Dictionary<string, Tensor[]> outputs = new(StringComparer.Ordinal);
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string name = reader.ReadString();
            Tensor[] tensors = new Tensor[reader.ReadInt32()];
            for (int i = 0; i < tensors.Length; i++)
            {
                DType type = (DType)reader.ReadInt32();
                long[] dims = new long[reader.ReadInt32()];
                for (int d = 0; d < dims.Length; d++)
                {
                    dims[d] = reader.ReadInt64();
                }

                tensors[i] = type == DType.String
                    ? Tensor.OfStrings([.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(_ => reader.ReadString())], dims)
                    : new Tensor(type, dims, reader.ReadBytes(reader.ReadInt32()));
            }

            outputs.Add(name, tensors);
        }

        return outputs;
    }
}
