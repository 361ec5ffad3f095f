using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>What both support vector operators have: the vectors and how rows are compared with them.</summary>
/// <param name="Vectors">The vectors, row by row; empty where the model is linear.</param>
/// <param name="Count">Number of vectors; 0 where the model is linear.</param>
/// <param name="Kernel">The comparison.</param>
/// <param name="Gamma">Factor of products and distances.</param>
/// <param name="Offset">Constant of polynomial and sigmoid.</param>
/// <param name="Degree">Power of the polynomial.</param>
internal sealed record SupportVectorMachine(float[] Vectors, int Count, SupportVectorKernel Kernel, float Gamma, float Offset, float Degree)
{
    /// <summary>Reads the attributes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They contradict each other (MDB2003), or the kernel does not exist (MDB2002).</exception>
    public static SupportVectorMachine Read(Node node, long count)
    {
        float[] vectors = Floats(node, "support_vectors");
        float[] parameters = Floats(node, "kernel_params");
        if (count < 0 || count > vectors.Length || (count > 0 && vectors.Length % count != 0))
        {
            throw NodeErrors.Invalid(node, $"has {vectors.Length} numbers for {count} support vectors.");
        }

        if (parameters.Length is not (0 or 3))
        {
            throw NodeErrors.Invalid(node, $"kernel_params has {parameters.Length} entries; 3 are needed.");
        }

        string kernel = node.Attributes.GetString("kernel_type", "LINEAR");
        SupportVectorKernel kind = kernel switch
        {
            "LINEAR" => SupportVectorKernel.Linear,
            "POLY" => SupportVectorKernel.Polynomial,
            "RBF" => SupportVectorKernel.Radial,
            "SIGMOID" => SupportVectorKernel.Sigmoid,
            _ => throw NodeErrors.Attribute(node, "kernel_type", kernel, "ONNX has no such kernel."),
        };
        return parameters.Length == 0 ? new(vectors, (int)count, kind, 0, 0, 0) : new(vectors, (int)count, kind, parameters[0], parameters[1], parameters[2]);
    }

    /// <summary>Checks that rows are as wide as the vectors.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They are not (MDB3002).</exception>
    public void CheckFeatures(Node node, int features)
    {
        if (Vectors.Length != (long)features * Count)
        {
            throw NodeErrors.Shape(node, $"has support vectors of {Vectors.Length / Count} features; the input has {features}.");
        }
    }

    /// <summary>One row compared with every vector.</summary>
    public double[] Compare(ReadOnlySpan<double> row)
    {
        double[] result = new double[Count];
        for (int v = 0; v < Count; v++)
        {
            double product = 0;
            double distance = 0;
            for (int f = 0; f < row.Length; f++)
            {
                double value = Vectors[(v * row.Length) + f];
                product += row[f] * value;
                distance += (row[f] - value) * (row[f] - value);
            }

            result[v] = Kernel switch
            {
                SupportVectorKernel.Linear => product,
                SupportVectorKernel.Polynomial => Math.Pow((Gamma * product) + Offset, Degree),
                SupportVectorKernel.Radial => Math.Exp(-Gamma * distance),
                _ => Math.Tanh((Gamma * product) + Offset),
            };
        }

        return result;
    }

    /// <summary>Appends the step that compares all rows.</summary>
    public Operand Lower(ILoweringContext context, Operand x, int rows, int features)
    {
        CheckFeatures(context.Node, features);
        Operand y = context.Scratch(DType.F32, (long)rows * Count)!;
        context.Call(
            "SupportVectors.Compare", (long)rows * features * Count,
            ("x", x), ("vectors", context.Weights(Tensor.Vector<float>(Vectors))), ("y", y), ("rows", rows), ("features", features), ("count", Count),
            ("kernel", Kernel), ("gamma", Gamma), ("offset", Offset), ("degree", Degree));
        return y;
    }
}
