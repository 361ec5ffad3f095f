using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Planning;

/// <summary>The sizes of a pool over [N,H,W,C] without dilation.</summary>
internal readonly record struct PoolSizes(int OutH, int OutW, int KernelH, int KernelW, int StrideH, int StrideW, int PadTop, int PadLeft)
{
    /// <summary>True where a pool has such sizes and works on floats.</summary>
    public static bool IsPlane(Node pool) =>
        pool.Output.Type is { DType: DType.F32, Shape.Rank: 4 } && Geometry(pool).Dilations.All(d => d == 1);

    /// <summary>Reads a node.</summary>
    public static PoolSizes Of(Node pool)
    {
        SpatialGeometry g = Geometry(pool);
        long[] y = pool.Output.Type.Shape!.ToArray();
        return new PoolSizes((int)y[1], (int)y[2], (int)g.Kernel[0], (int)g.Kernel[1], (int)g.Strides[0], (int)g.Strides[1], (int)g.Pads[0], (int)g.Pads[1]);
    }

    private static SpatialGeometry Geometry(Node pool)
    {
        long[] x = pool.Input(0).Type.Shape!.ToArray();
        return SpatialGeometry.Of(pool, null, [x[1], x[2]]);
    }
}
