using System.Globalization;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using PureHDF;

namespace ModelBuild.Compiler.Import.Keras;

/// <summary>The configuration and the weights of a Keras HDF5 file.</summary>
/// <param name="file">The open file.</param>
/// <param name="name">File name for messages.</param>
internal sealed class KerasWeights(IH5Group file, string name)
{
    private const long MaxElements = 1L << 29;

    /// <summary>The architecture as JSON.</summary>
    /// <exception cref="ModelBuildException">The file holds no architecture (MDB1010).</exception>
    public string ReadConfig() => file.AttributeExists("model_config")
        ? file.Attribute("model_config").Read<string>()
        : throw new ModelBuildException(Diagnostic.Of(Descriptors.WeightsOnly, $"'{name}' holds no 'model_config', so the architecture is unknown. Save the whole model with model.save."));

    /// <summary>A layer's weights by their last name part without the suffix ':0', for example <c>kernel</c>.</summary>
    public Dictionary<string, Tensor> Read(string layer)
    {
        Dictionary<string, Tensor> weights = new(StringComparer.Ordinal);
        IH5Group root = file.LinkExists("model_weights") ? file.Group("model_weights") : file;
        if (!root.LinkExists(layer))
        {
            return weights;
        }

        IH5Group group = root.Group(layer);
        foreach (string path in ReadNames(group, "weight_names"))
        {
            string last = path[(path.LastIndexOf('/') + 1)..];
            int colon = last.IndexOf(':', StringComparison.Ordinal);
            last = colon < 0 ? last : last[..colon];

            // Keras 1 and early Keras 2 put the layer's name before the weight's: dense_1_kernel.
            last = last.StartsWith(layer + "_", StringComparison.Ordinal) ? last[(layer.Length + 1)..] : last;
            weights[last] = ReadTensor(group.Dataset(path), path);
        }

        return weights;
    }

    private static IEnumerable<string> ReadNames(IH5Object owner, string attribute)
    {
        if (owner.AttributeExists(attribute))
        {
            return ReadStrings(owner.Attribute(attribute));
        }

        List<string> names = [];
        for (int i = 0; owner.AttributeExists(attribute + i.ToString(CultureInfo.InvariantCulture)); i++)
        {
            names.AddRange(ReadStrings(owner.Attribute(attribute + i.ToString(CultureInfo.InvariantCulture))));
        }

        return names;
    }

    // An empty list is stored as an empty array of binary64, which cannot be read as strings.
    private static string[] ReadStrings(IH5Attribute attribute) =>
        attribute.Space.Dimensions.Length > 0 && attribute.Space.Dimensions[0] == 0 ? [] : attribute.Read<string[]>();

    private static Tensor ReadTensor(IH5Dataset dataset, string path)
    {
        long count = 1;
        long[] dims = [.. dataset.Space.Dimensions.Select(d => checked((long)d))];
        foreach (long dim in dims)
        {
            count = checked(count * dim);
        }

        if (count > MaxElements)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.ReadLimit, $"Weight '{path}' declares {count} elements; at most {MaxElements} are read."));
        }

        if (dataset.Layout.Class is not (H5DataLayoutClass.Compact or H5DataLayoutClass.Contiguous or H5DataLayoutClass.Chunked))
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.ExternalDataEscapes, $"Weight '{path}' is a virtual dataset, which may read other files."));
        }

        if (dataset.Type.Class != H5DataTypeClass.FloatingPoint)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.UnsupportedType, $"Weight '{path}' holds {dataset.Type.Class} of {dataset.Type.Size} bytes; floating-point weights are read."));
        }

        float[] values = dataset.Type.Size switch
        {
            4 => dataset.Read<float[]>(),
            8 => [.. dataset.Read<double[]>().Select(v => (float)v)],
            _ => throw new ModelBuildException(Diagnostic.Of(Descriptors.UnsupportedType, $"Weight '{path}' holds numbers of {dataset.Type.Size} bytes; 4 and 8 are read.")),
        };
        return Tensor.Create<float>(values, dims);
    }
}
