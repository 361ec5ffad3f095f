namespace ModelBuild.Kernels;

/// <summary>One precinct of one resolution in the order of packets.</summary>
/// <param name="Resolution">The resolution's place in the tile.</param>
/// <param name="Number">The resolution's number.</param>
/// <param name="Component">The component.</param>
/// <param name="Precinct">The precinct.</param>
/// <param name="X">Its column in the picture.</param>
/// <param name="Y">Its row in the picture.</param>
/// <param name="Layers">The layers that packets have brought.</param>
internal record struct Jp2Step(int Resolution, int Number, int Component, int Precinct, long X, long Y, int Layers);
