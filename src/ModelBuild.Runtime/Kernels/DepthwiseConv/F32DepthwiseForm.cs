namespace ModelBuild.Kernels;

/// <summary>The windows that have an unrolled micro-kernel; all have dilation 1.</summary>
internal enum F32DepthwiseForm
{
    /// <summary>Any window.</summary>
    Any,

    /// <summary>Three columns, stride 1 or 2, with at most one column of pads on either side.</summary>
    Width3,

    /// <summary>Five columns, stride 1.</summary>
    Width5Stride1,
}
