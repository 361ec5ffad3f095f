namespace ModelBuild.Benchmarks.Kernels;

/// <summary>A product of [rows, depth] by [depth, columns].</summary>
public sealed record Product(int Rows, int Columns, int Depth)
{
    public override string ToString() => $"{Rows}x{Columns}x{Depth}";
}
