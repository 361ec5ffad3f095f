namespace ModelBuild.Kernels;

/// <summary>How a block of lossy WebP is predicted from those above and to the left; the first four also hold for large blocks. The numbers are places in the table of probabilities.</summary>
internal static class Vp8Mode
{
    /// <summary>The mean of the edge.</summary>
    internal const byte Mean = 0;

    /// <summary>Left + top - corner.</summary>
    internal const byte Motion = 1;

    /// <summary>The pixels above, downwards.</summary>
    internal const byte Top = 2;

    /// <summary>The pixels to the left, to the right.</summary>
    internal const byte Left = 3;

    /// <summary>Down to the right by 45 degrees (B_RD_PRED).</summary>
    internal const byte RightDown = 4;

    /// <summary>Down and a little to the right (B_VR_PRED).</summary>
    internal const byte DownRight = 5;

    /// <summary>Down to the left by 45 degrees (B_LD_PRED).</summary>
    internal const byte LeftDown = 6;

    /// <summary>Down and a little to the left (B_VL_PRED).</summary>
    internal const byte DownLeft = 7;

    /// <summary>To the right and a little down (B_HD_PRED).</summary>
    internal const byte LevelDown = 8;

    /// <summary>To the right and a little up (B_HU_PRED).</summary>
    internal const byte LevelUp = 9;
}
