namespace ModelBuild.Benchmarks.Kernels;

/// <summary>A convolution of stride 1 over a square image, padded so that it keeps its size.</summary>
public sealed record Image(int Size, int Inputs, int Outputs)
{
    public override string ToString() => $"{Size}x{Size} {Inputs}->{Outputs}";
}
