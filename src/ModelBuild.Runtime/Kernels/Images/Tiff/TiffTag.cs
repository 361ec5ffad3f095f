namespace ModelBuild.Kernels;

/// <summary>The entries of a TIFF directory that decoding needs.</summary>
internal enum TiffTag
{
    /// <summary>Pixels of a row.</summary>
    Width = 256,

    /// <summary>Rows.</summary>
    Height = 257,

    /// <summary>Bits of each sample.</summary>
    Bits = 258,

    /// <summary>How the samples are compressed.</summary>
    Compression = 259,

    /// <summary>What the samples mean.</summary>
    Photometric = 262,

    /// <summary>The order of the bits in a byte.</summary>
    FillOrder = 266,

    /// <summary>Where the strips are.</summary>
    StripOffsets = 273,

    /// <summary>Samples of a pixel.</summary>
    Samples = 277,

    /// <summary>Rows of a strip.</summary>
    RowsPerStrip = 278,

    /// <summary>Bytes of the strips.</summary>
    StripBytes = 279,

    /// <summary>Whether the samples of a pixel lie together.</summary>
    Planes = 284,

    /// <summary>What was done to samples before they were compressed.</summary>
    Predictor = 317,

    /// <summary>The palette.</summary>
    Colours = 320,

    /// <summary>Columns of a tile.</summary>
    TileWidth = 322,

    /// <summary>Rows of a tile.</summary>
    TileHeight = 323,

    /// <summary>Where the tiles are.</summary>
    TileOffsets = 324,

    /// <summary>Bytes of the tiles.</summary>
    TileBytes = 325,

    /// <summary>Whether samples are integers.</summary>
    SampleFormat = 339,
}
