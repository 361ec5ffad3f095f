namespace ModelBuild.Kernels;

/// <summary>The windows that have an unrolled micro-kernel; all have dilation 1.</summary>
internal enum F32DepthwiseForm
{
    /// <summary>Any window.</summary>
    Any,

    /// <summary>Three columns, stride 1: six loads serve four outputs.</summary>
    Width3Stride1,

    /// <summary>Three columns, stride 2.</summary>
    Width3Stride2,

    /// <summary>Five columns, stride 1.</summary>
    Width5Stride1,
}
