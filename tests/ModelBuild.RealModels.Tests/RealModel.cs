namespace ModelBuild.RealModels.Tests;

/// <summary>A model of the data folder and what is known about it.</summary>
/// <param name="Name">The generated class is this name and <c>Predictor</c>.</param>
/// <param name="Path">Path in the data folder.</param>
/// <param name="Low">Least value of its inputs.</param>
/// <param name="High">Upper bound of its inputs.</param>
internal sealed record RealModel(string Name, string Path, float Low = 0, float High = 1)
{
    /// <summary>C# type of its elements.</summary>
    public string Element { get; init; } = "float";

    /// <summary>Number of outputs; every model here has one input.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>How many neighbouring input elements share nine tenths of their value; 0 for plain noise.</summary>
    public int Stripe { get; init; }

    /// <summary>Largest difference from ONNX Runtime, as a part of the largest value of the output.</summary>
    public double Tolerance { get; init; } = Tolerances.Float32;

    /// <summary>Further metadata of the item, for example <c>Quantize="int8"</c>; file names are relative to the application.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>A file with an input and the output that another library computed from it, or null.</summary>
    public string? Golden { get; init; }

    /// <summary>The labelled pictures that it is measured on.</summary>
    public Pictures Pictures { get; init; }

    /// <summary>Least accuracy on all pictures, from 0 to 1.</summary>
    public double Accuracy { get; init; }

    /// <summary>True when the item asks for integers.</summary>
    public bool IsQuantizedByUs => Metadata.Contains("Quantize=", StringComparison.Ordinal);

    /// <summary>True when ONNX Runtime can open the file itself.</summary>
    public bool IsOnnx => Path.EndsWith(".onnx", StringComparison.Ordinal);
}
