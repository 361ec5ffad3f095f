using System.Xml;
using System.Xml.Linq;

namespace ModelBuild.Tasks;

/// <summary>Finds an item in the text of a project file: MSBuild does not tell tasks where an item stands.</summary>
internal static class ProjectItem
{
    private const string ItemType = "DeployModel";

    /// <summary>
    /// The place of the metadata <paramref name="setting"/>, else of the element that includes the model, else, when the project has one such element, of that. An item that an imported
    /// file brings, or that only a wildcard names among others, has the project as its place.
    /// </summary>
    public static DiagnosticPlace Find(string project, string model, string setting)
    {
        XElement[] elements = Load(project) ?? [];
        XElement? item = elements.FirstOrDefault(e => Paths(e, project).Contains(Path.GetFullPath(model), StringComparer.OrdinalIgnoreCase)) ?? (elements.Length == 1 ? elements[0] : null);
        IXmlLineInfo? place = item?.Attributes().FirstOrDefault(a => IsNamed(a.Name, setting)) ?? item?.Elements().FirstOrDefault(e => IsNamed(e.Name, setting)) ?? (IXmlLineInfo?)item;
        bool isShared = item is null || !(Paths(item, project) is [string path] && string.Equals(path, Path.GetFullPath(model), StringComparison.OrdinalIgnoreCase));
        return place is null ? new DiagnosticPlace(project, 0, 0, isShared) : new DiagnosticPlace(project, place.LineNumber, place.LinePosition, isShared);
    }

    private static XElement[]? Load(string project)
    {
        try
        {
            XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Prohibit };
            using XmlReader reader = XmlReader.Create(project, settings);
            return [.. XDocument.Load(reader, LoadOptions.SetLineInfo).Descendants().Where(e => e.Name.LocalName == ItemType)];
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Full paths of what an element includes, as far as they are written out.
    private static string[] Paths(XElement element, string project)
    {
        string folder = Path.GetDirectoryName(project) ?? "";
        string[] paths = element.Attribute("Include")?.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return [.. paths.Select(p => Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(p).Replace('\\', Path.DirectorySeparatorChar))))];
    }

    private static bool IsNamed(XName name, string setting) => string.Equals(name.LocalName, setting, StringComparison.OrdinalIgnoreCase);
}
